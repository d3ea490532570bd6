// Addresses as numbers, and what a subnet spans.
#pragma once

#include <cstdint>

#include "base/ip.h"

namespace weir::lookup {

// The last 32 bits. Of an IPv4 address that is all of it.
inline std::uint32_t low_word(const Address& address) noexcept {
  std::uint32_t word = 0;
  for (std::size_t i = 12; i < 16; ++i) word = word << 8 | address.bytes[i];
  return word;
}

// All 128 bits.
struct WideNumber {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const WideNumber&, const WideNumber&) = default;
  friend bool operator<(const WideNumber& a, const WideNumber& b) noexcept {
    return a.high < b.high || (a.high == b.high && a.low < b.low);
  }
};

inline WideNumber wide_number(const Address& address) noexcept {
  WideNumber number;
  for (std::size_t i = 0; i < 8; ++i) number.high = number.high << 8 | address.bytes[i];
  for (std::size_t i = 8; i < 16; ++i) number.low = number.low << 8 | address.bytes[i];
  return number;
}

inline Address last_address(const Subnet& subnet) noexcept {
  Address last = subnet.network;
  for (std::size_t bit = subnet.length; bit < 128; ++bit)
    last.bytes[bit / 8] |= static_cast<std::uint8_t>(0x80U >> (bit % 8));
  return last;
}

// Whether its addresses are IPv4 ones. ::/0 has room for them, and holds none.
inline bool is_ipv4(const Subnet& subnet) noexcept {
  return subnet.length >= 96 && subnet.network.is_ipv4();
}

}  // namespace weir::lookup
