// Code points out of UTF-8 and into it.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir {

// The bytes of the code point at `at`, or 0 if they are not UTF-8 (Unicode, table 3-7) or ASCII,
// which callers look at first.
inline std::size_t decode_utf8(const char* at, const char* end, char32_t& code_point) noexcept {
  const auto byte = [&](std::ptrdiff_t i) { return static_cast<unsigned char>(at[i]); };
  const unsigned char lead = byte(0);
  const std::size_t size = lead < 0xC2   ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                           : lead < 0xF5 ? 4
                                         : 0;
  if (size == 0 || end - at < static_cast<std::ptrdiff_t>(size)) return 0;
  char32_t decoded = static_cast<char32_t>(lead & (0xFF >> (size + 1)));
  for (std::size_t i = 1; i < size; ++i) {
    const unsigned char next = byte(static_cast<std::ptrdiff_t>(i));
    if ((next & 0xC0) != 0x80) return 0;
    decoded = decoded << 6 | (next & 0x3F);
  }
  const bool overlong = (size == 3 && decoded < 0x800) || (size == 4 && decoded < 0x10000);
  const bool surrogate = decoded >= 0xD800 && decoded < 0xE000;
  if (overlong || surrogate || decoded > 0x10FFFF) return 0;
  code_point = decoded;
  return size;
}

// Writes one to four bytes; says how many.
inline std::size_t encode_utf8(char32_t code_point, char* out) noexcept {
  const auto put = [&](std::size_t i, char32_t bits) { out[i] = static_cast<char>(bits); };
  if (code_point < 0x80) {
    put(0, code_point);
    return 1;
  }
  if (code_point < 0x800) {
    put(0, 0xC0 | code_point >> 6);
    put(1, 0x80 | (code_point & 0x3F));
    return 2;
  }
  if (code_point < 0x10000) {
    put(0, 0xE0 | code_point >> 12);
    put(1, 0x80 | (code_point >> 6 & 0x3F));
    put(2, 0x80 | (code_point & 0x3F));
    return 3;
  }
  put(0, 0xF0 | code_point >> 18);
  put(1, 0x80 | (code_point >> 12 & 0x3F));
  put(2, 0x80 | (code_point >> 6 & 0x3F));
  put(3, 0x80 | (code_point & 0x3F));
  return 4;
}

// Takes the first character off a text that is not empty: a code point, or a byte that is no UTF-8.
inline std::string_view take_character(std::string_view& text) noexcept {
  char32_t code_point = 0;
  const std::size_t size = decode_utf8(text.data(), text.data() + text.size(), code_point);
  const std::string_view first = text.substr(0, size == 0 ? 1 : size);
  text.remove_prefix(first.size());
  return first;
}

}  // namespace weir
