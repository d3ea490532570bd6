#include "enrich/letter_case.h"

#include <cstddef>
#include <cstring>

#include "base/utf8.h"
#include "letter_case_table.h"

namespace weir::enrich {

namespace {

// What the table of case folding looks like too.
template <std::size_t Pages>
char32_t mapped(char32_t code_point, const std::uint8_t (&pages)[Pages], const std::uint8_t* cells,
                const std::int32_t* distances) noexcept {
  const std::size_t page = code_point >> 7;
  if (page >= Pages) return code_point;
  const std::int32_t distance =
      distances[cells[pages[page] * std::size_t{128} + (code_point & 127)]];
  return static_cast<char32_t>(static_cast<std::int32_t>(code_point) + distance);
}

char lower_ascii(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
char upper_ascii(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

constexpr std::size_t block = 8;  // bytes looked at together while they are ASCII

bool is_ascii_block(const char* at) noexcept {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, block);
  return (bytes & 0x8080808080808080U) == 0;
}

template <class Ascii, class Other>
void map_letters(std::string_view text, std::string& out, Ascii ascii, Other other) {
  // Two bytes become three at worst, and a code point is written as four bytes' room.
  out.resize(text.size() + text.size() / 2 + 4);
  const char* at = text.data();
  const char* const end = at + text.size();
  char* to = out.data();
  while (at != end) {
    while (end - at >= static_cast<std::ptrdiff_t>(block) && is_ascii_block(at)) {
      for (std::size_t i = 0; i < block; ++i) to[i] = ascii(at[i]);
      at += block;
      to += block;
    }
    if (at == end) break;
    char32_t code_point = 0;
    const std::size_t size =
        static_cast<unsigned char>(*at) < 0x80 ? 0 : decode_utf8(at, end, code_point);
    if (size == 0) {
      *to++ = ascii(*at++);
    } else {
      at += size;
      to += encode_utf8(other(code_point), to);
    }
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace

void to_lower(std::string_view text, std::string& out) {
  map_letters(text, out, lower_ascii, [](char32_t code_point) {
    return mapped(code_point, lower_case_pages, lower_case_cells, lower_case_distances);
  });
}

void to_upper(std::string_view text, std::string& out) {
  map_letters(text, out, upper_ascii, [](char32_t code_point) {
    return mapped(code_point, upper_case_pages, upper_case_cells, upper_case_distances);
  });
}

}  // namespace weir::enrich
