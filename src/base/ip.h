// IP addresses and prefixes as text and bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

// Network order. IPv4 is kept as IPv4-mapped IPv6 (::ffff:a.b.c.d), so that both compare as one.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_ipv4() const noexcept;  // also true of what was written as ::ffff:a.b.c.d
  friend auto operator<=>(const Address&, const Address&) = default;
};

// Dotted quad without leading zeros, or RFC 4291 text without a zone; nothing else.
std::optional<Address> parse_address(std::string_view text) noexcept;

struct Subnet {
  Address network;            // host bits cleared
  std::uint8_t length = 128;  // 0..128, of the 16 bytes: an IPv4 /8 is 104
  bool contains(const Address& address) const noexcept;
};

// `address/length`, or a bare address (/32, /128). Host bits may be set; they are cleared.
std::optional<Subnet> parse_subnet(std::string_view text) noexcept;

}  // namespace weir
