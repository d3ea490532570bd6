#include "base/ip.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace weir {

namespace {

constexpr std::uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

// One pass without a loop over digits: most of what inSubnet costs is this.
bool parse_quad(std::string_view text, std::uint8_t* out) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto digit = [&] { return at == end ? 10U : static_cast<unsigned>(*at - '0'); };
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at == end || *at++ != '.')) return false;
    unsigned value = digit();
    if (value > 9) return false;
    ++at;
    if (const unsigned second = digit(); second <= 9) {
      if (value == 0) return false;
      value = value * 10 + second;
      ++at;
      if (const unsigned third = digit(); third <= 9) {
        value = value * 10 + third;
        ++at;
        if (value > 255) return false;
      }
    }
    out[part] = static_cast<std::uint8_t>(value);
  }
  return at == end;
}

// Colon-separated groups of up to four hex digits, the last 32 bits perhaps a dotted quad.
// Returns the bytes written, or -1.
int parse_groups(std::string_view text, std::uint8_t* out) noexcept {
  int written = 0;
  std::size_t at = 0;
  if (text.empty()) return 0;
  while (true) {
    const std::string_view rest = text.substr(at);
    const std::string_view group = rest.substr(0, rest.find(':'));
    if (group.size() == rest.size() && group.find('.') != std::string_view::npos) {
      if (written > 12 || !parse_quad(group, out + written)) return -1;
      return written + 4;
    }
    if (group.empty() || group.size() > 4 || written > 14) return -1;
    unsigned value = 0;
    for (const char c : group) {
      if (hex_digit(c) < 0) return -1;
      value = value << 4 | static_cast<unsigned>(hex_digit(c));
    }
    out[written++] = static_cast<std::uint8_t>(value >> 8);
    out[written++] = static_cast<std::uint8_t>(value);
    if (group.size() == rest.size()) return written;
    at += group.size() + 1;
  }
}

bool parse_v6(std::string_view text, std::uint8_t* out) noexcept {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return parse_groups(text, out) == 16;
  const std::string_view head = text.substr(0, gap);
  if (head.find('.') != std::string_view::npos) return false;
  std::uint8_t left[16] = {}, right[16] = {};
  const int before = parse_groups(head, left);
  const int after = parse_groups(text.substr(gap + 2), right);
  if (before < 0 || after < 0 || before + after > 14) return false;
  std::memset(out, 0, 16);
  std::memcpy(out, left, static_cast<std::size_t>(before));
  std::memcpy(out + 16 - after, right, static_cast<std::size_t>(after));
  return true;
}

}  // namespace

bool Address::is_ipv4() const noexcept {
  return std::memcmp(bytes.data(), mapped_prefix, sizeof mapped_prefix) == 0;
}

std::optional<Address> parse_address(std::string_view text) noexcept {
  Address address;
  if (text.size() < 2 || text.size() > 45) return std::nullopt;
  // Nearly all are quads, and what is none is found out at its first colon.
  if (text.size() <= 15 && parse_quad(text, address.bytes.data() + 12))
    std::memcpy(address.bytes.data(), mapped_prefix, sizeof mapped_prefix);
  else if (text.find(':') == std::string_view::npos || !parse_v6(text, address.bytes.data()))
    return std::nullopt;
  return address;
}

bool Subnet::contains(const Address& address) const noexcept {
  // Above ::ffff:0:0/96 there are only IPv6 subnets, and IPv4 addresses are not in them.
  if (length < 96 && address.is_ipv4()) return false;
  const std::size_t whole = length / 8;
  if (std::memcmp(network.bytes.data(), address.bytes.data(), whole) != 0) return false;
  if (length % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFF00U >> (length % 8));
  return (address.bytes[whole] & mask) == network.bytes[whole];
}

std::optional<Subnet> parse_subnet(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const auto address = parse_address(host);
  if (!address) return std::nullopt;
  Subnet subnet{*address, 128};
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const bool quad = host.find(':') == std::string_view::npos;
    const auto length = parse_integer(digits);
    if (!length || digits[0] == '-' || (digits[0] == '0' && digits.size() > 1) ||
        *length > (quad ? 32 : 128))
      return std::nullopt;
    subnet.length = static_cast<std::uint8_t>(*length + (quad ? 96 : 0));
  }
  for (std::size_t bit = subnet.length; bit < 128; ++bit)
    subnet.network.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  return subnet;
}

}  // namespace weir
