// Big-endian integers as the wire has them. Each reads exactly the bytes that it names; the caller
// has checked that they are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace weir::host {

using Bytes = std::span<const std::uint8_t>;

inline std::uint16_t load16(const std::uint8_t* p) noexcept {
  return static_cast<std::uint16_t>((p[0] << 8) | p[1]);
}

inline std::uint32_t load32(const std::uint8_t* p) noexcept {
  return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) |
         std::uint32_t{p[3]};
}

inline std::uint64_t load64(const std::uint8_t* p) noexcept {
  return (std::uint64_t{load32(p)} << 32) | load32(p + 4);
}

// An exporter may send an integer in fewer bytes than its type has (RFC 7011, 6.2).
// REQUIRES: 1 <= length <= 8.
inline std::uint64_t load_integer(const std::uint8_t* p, std::size_t length) noexcept {
  switch (length) {
    case 1:
      return p[0];
    case 2:
      return load16(p);
    case 4:
      return load32(p);
    case 8:
      return load64(p);
    default:
      break;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < length; ++i) value = (value << 8) | p[i];
  return value;
}

}  // namespace weir::host
