// Who sent a datagram: an address, as 16 bytes (IPv4 as ::ffff:a.b.c.d) to be a key.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

namespace weir::host {

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool ipv4 = false;
  bool known = false;  // false: the datagram came from a file without headers
  bool operator==(const Address&) const noexcept = default;

  static Address from_ipv4(const std::uint8_t* four) noexcept {
    Address address;
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(&address.bytes[12], four, 4);
    address.ipv4 = address.known = true;
    return address;
  }
  // An IPv4-mapped one is the IPv4 exporter that a socket for both families shows so.
  static Address from_ipv6(const std::uint8_t* sixteen) noexcept {
    static constexpr std::uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    Address address;
    std::memcpy(address.bytes.data(), sixteen, 16);
    address.ipv4 = std::memcmp(sixteen, mapped, sizeof mapped) == 0;
    address.known = true;
    return address;
  }
};

}  // namespace weir::host
