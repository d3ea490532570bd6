// Addresses as numbers, subnets and ranges of them.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/ip.h"

namespace weir::lookup {

// The last 32 bits. Of an IPv4 address that is all of it.
inline std::uint32_t low_word(const Address& address) noexcept {
  return __builtin_bswap32(load<std::uint32_t>(address.bytes.data() + 12));
}

// All 128 bits.
struct WideNumber {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const WideNumber&, const WideNumber&) = default;
  // Without a branch: a search guesses wrong every other time.
  friend bool operator<(const WideNumber& a, const WideNumber& b) noexcept {
    return ((a.high < b.high) | ((a.high == b.high) & (a.low < b.low))) != 0;
  }
};

inline WideNumber wide_number(const Address& address) noexcept {
  return {__builtin_bswap64(load<std::uint64_t>(address.bytes.data())),
          __builtin_bswap64(load<std::uint64_t>(address.bytes.data() + 8))};
}
Address address_of(const WideNumber& number) noexcept;

// Of the largest number it is 0.
inline WideNumber after(const WideNumber& number) noexcept {
  return {number.high + (number.low + 1 == 0 ? 1 : 0), number.low + 1};
}

Address last_address(const Subnet& subnet) noexcept;

// Whether its addresses are IPv4 ones. ::/0 has room for them, and holds none.
inline bool is_ipv4(const Subnet& subnet) noexcept {
  return subnet.length >= 96 && subnet.network.is_ipv4();
}

// Both ends belong to it, and are of one family.
struct AddressRange {
  Address first;
  Address last;
};

// `address`, `address/length` or `address-address`, with spaces around the parts or without. False
// with a problem, which says what to write instead, if the text is none.
bool parse_range(std::string_view text, AddressRange& range, std::string_view& problem) noexcept;

// Calls put(Subnet) for the fewest subnets that make up the range, in order: at most 62 of IPv4 and
// 254 of IPv6.
template <class Put>
void split(const AddressRange& range, Put put) {
  const bool ipv4 = range.first.is_ipv4();
  const WideNumber end = wide_number(range.last);
  for (WideNumber first = wide_number(range.first);;) {
    // The largest block that begins here and does not go beyond the end.
    WideNumber last = first;
    int bits = 0;
    while (bits < 128) {
      std::uint64_t& word = bits < 64 ? last.low : last.high;
      const std::uint64_t bit = std::uint64_t{1} << (bits % 64);
      if ((word & bit) != 0) break;
      word |= bit;
      if (end < last) {
        word &= ~bit;
        break;
      }
      ++bits;
    }
    const Subnet block{address_of(first), static_cast<std::uint8_t>(128 - bits)};
    // A range of IPv6 goes over the IPv4 addresses and holds none of them.
    if (is_ipv4(block) == ipv4) put(block);
    if (last == end) return;
    first = after(last);
  }
}

}  // namespace weir::lookup
