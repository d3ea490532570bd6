// The whole numbers that nearly every number of an event is, eight digits at a time.
#pragma once

#include <bit>
#include <cstdint>

#include "base/bytes.h"

namespace weir {

// Of the eight bytes before `end` the last `size` (1 to 8) as a number; false if one is no digit.
// REQUIRES: all eight can be read.
inline bool read_eight_digits(const char* end, std::size_t size, std::uint64_t& number) noexcept {
  static_assert(std::endian::native == std::endian::little, "the first digit is the lowest byte");
  // Bytes that do not belong to it are made leading zeros.
  std::uint64_t digits = load<std::uint64_t>(end - 8) ^ 0x3030303030303030;
  digits &= ~std::uint64_t{0} << (64 - 8 * size);
  if (((digits + 0x7676767676767676) | digits) & 0x8080808080808080) return false;
  digits = digits * 10 + (digits >> 8);  // pairs of digits, in every other byte
  number = ((digits & 0x000000FF000000FF) * 0x000F424000000064 +
            (digits >> 16 & 0x000000FF000000FF) * 0x0000271000000001) >>
           32;
  return true;
}

// text[begin, end) as a JSON number of 1 to 16 digits. False of anything else, also of numbers that
// are more.
// REQUIRES: begin < end, and 16 bytes before `end` can be read.
inline bool read_digits(const char* text, std::uint32_t begin, std::uint32_t end,
                        std::uint64_t& number) noexcept {
  const std::uint32_t size = end - begin;
  if (size > 16 || (text[begin] == '0' && size > 1)) return false;
  if (size <= 8) return read_eight_digits(text + end, size, number);
  std::uint64_t high = 0;
  if (!read_eight_digits(text + end - 8, size - 8, high)) return false;
  if (!read_eight_digits(text + end, 8, number)) return false;
  number += high * 100'000'000;
  return true;
}

}  // namespace weir
