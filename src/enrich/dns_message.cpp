#include "enrich/dns_message.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "base/text.h"
#include "enrich/dns_text.h"

namespace weir::enrich {

namespace {

// More addresses than any name should have; what is beyond them is not looked at.
constexpr int most_addresses = 64;

struct FreeHost {
  void operator()(hostent* host) const noexcept { ares_free_hostent(host); }
};

DnsEnd end_of(int status) noexcept {
  switch (status) {
    case ARES_SUCCESS:
      return DnsEnd::found;
    case ARES_ENODATA:
      return DnsEnd::no_record;
    case ARES_ENOTFOUND:
      return DnsEnd::no_name;
    case ARES_ETIMEOUT:
      return DnsEnd::silent;
    case ARES_ECONNREFUSED:
      return DnsEnd::unreachable;
    default:
      return DnsEnd::refused;
  }
}

DnsEnd read_name(std::span<const std::uint8_t> reply, const Address& address, std::string& text) {
  const bool quad = address.is_ipv4();
  hostent* raw = nullptr;
  const int status = ares_parse_ptr_reply(reply.data(), static_cast<int>(reply.size()),
                                          address.bytes.data() + (quad ? 12 : 0), quad ? 4 : 16,
                                          quad ? AF_INET : AF_INET6, &raw);
  if (status != ARES_SUCCESS) return end_of(status);
  const std::unique_ptr<hostent, FreeHost> host(raw);
  text.clear();
  const auto consider = [&](const char* name) {
    // Anything can stand in a record; what is no name of a host is none for an event either.
    if (name != nullptr && is_host_name(name) && (text.empty() || name < text)) text = name;
  };
  consider(host->h_name);
  for (char** alias = host->h_aliases; alias != nullptr && *alias != nullptr; ++alias)
    consider(*alias);
  return text.empty() ? DnsEnd::refused : DnsEnd::found;
}

template <int family, class Row, class Parse>
DnsEnd read_address(Parse parse, std::span<const std::uint8_t> reply, std::string& text) {
  std::array<Row, most_addresses> rows;
  int count = most_addresses;
  const int status =
      parse(reply.data(), static_cast<int>(reply.size()), nullptr, rows.data(), &count);
  if (status != ARES_SUCCESS) return end_of(status);
  if (count <= 0) return DnsEnd::no_record;
  const auto bytes = [](const Row& row) {
    const auto* const first = reinterpret_cast<const std::uint8_t*>(&row);
    return std::string_view(reinterpret_cast<const char*>(first), family == AF_INET ? 4 : 16);
  };
  const auto lowest =
      std::min_element(rows.begin(), rows.begin() + count,
                       [&](const Row& a, const Row& b) { return bytes(a) < bytes(b); });
  std::array<char, INET6_ADDRSTRLEN> buffer;
  inet_ntop(family, &*lowest, buffer.data(), buffer.size());
  text = buffer.data();
  return DnsEnd::found;
}

}  // namespace

void reverse_name(const Address& address, std::string& name) {
  name.clear();
  if (address.is_ipv4()) {
    std::array<char, 32> buffer;
    for (std::size_t i = 16; i-- > 12;) {
      name += format_integer(address.bytes[i], buffer);
      name += '.';
    }
    name += "in-addr.arpa";
    return;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 16; i-- > 0;) {
    name += digits[address.bytes[i] & 0xFU];
    name += '.';
    name += digits[address.bytes[i] >> 4U];
    name += '.';
  }
  name += "ip6.arpa";
}

DnsEnd read_dns_reply(DnsRecord record, int status, std::span<const std::uint8_t> reply,
                      const Address& address, std::string& text) {
  if (status != ARES_SUCCESS) return end_of(status);
  switch (record) {
    case DnsRecord::ptr:
      return read_name(reply, address, text);
    case DnsRecord::a:
      // Both rows begin with the address, in network order.
      return read_address<AF_INET, ares_addrttl>(ares_parse_a_reply, reply, text);
    default:
      return read_address<AF_INET6, ares_addr6ttl>(ares_parse_aaaa_reply, reply, text);
  }
}

}  // namespace weir::enrich
