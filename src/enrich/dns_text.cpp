#include "enrich/dns_text.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"

namespace weir::enrich {

namespace {

constexpr std::size_t longest_name = 253;  // RFC 1035, less what its binary form adds
constexpr std::size_t longest_label = 63;

bool is_label(std::string_view label) noexcept {
  if (label.empty() || label.size() > longest_label || label.front() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_digit(c) || is_letter(c) || c == '-' || c == '_'; });
}

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  const auto port = text.empty() || text[0] == '-' ? std::nullopt : parse_integer(text);
  if (!port || *port < 1 || *port > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

}  // namespace

std::optional<DnsServer> parse_dns_server(std::string_view text) noexcept {
  std::string_view host = text, port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    if (host.find(':') == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(end + 1);
    has_port = !rest.empty();
    if (has_port && rest[0] != ':') return std::nullopt;
    if (has_port) port = rest.substr(1);
  } else if (const std::size_t colon = text.find(':');
             colon != std::string_view::npos && colon == text.rfind(':')) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  const auto address = parse_address(host);
  if (!address) return std::nullopt;
  if (!has_port) return DnsServer{*address};
  const auto number = parse_port(port);
  if (!number) return std::nullopt;
  return DnsServer{*address, *number};
}

bool is_private(const Address& address) noexcept {
  const auto& at = address.bytes;
  if (!address.is_ipv4()) return (at[0] & 0xFE) == 0xFC;
  return at[12] == 10 || (at[12] == 172 && (at[13] & 0xF0) == 16) ||
         (at[12] == 192 && at[13] == 168) || (at[12] == 100 && (at[13] & 0xC0) == 64);
}

bool is_host_name(std::string_view text) noexcept {
  if (text.size() > longest_name) return false;
  std::string_view label;
  for (std::size_t at = 0; at <= text.size(); at += label.size() + 1) {
    label = text.substr(at, text.find('.', at) - at);
    if (!is_label(label)) return false;
  }
  return !std::all_of(label.begin(), label.end(), is_digit);
}

}  // namespace weir::enrich
