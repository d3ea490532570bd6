#include "filter/fold.h"

#include <cstddef>
#include <cstring>

#include "base/utf8.h"
#include "case_folding_table.h"

namespace weir::filter {
namespace {

constexpr char lower_ascii(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Folds what begins at `at` into at most four bytes and moves `at` past it.
std::size_t fold_next(const char*& at, const char* end, char* out) noexcept {
  char32_t code_point = 0;
  const std::size_t size = decode_utf8(at, end, code_point);
  if (size == 0) {
    *out = *at++;
    return 1;
  }
  const char32_t target = fold(code_point);
  if (target == code_point) {
    std::memcpy(out, at, size);
    at += size;
    return size;
  }
  at += size;
  return encode_utf8(target, out);
}

constexpr std::size_t block = 16;  // bytes looked at together while they are ASCII

bool is_ascii_block(const char* at) noexcept {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, at, 8);
  std::memcpy(&high, at + 8, 8);
  return ((low | high) & 0x8080808080808080U) == 0;
}

}  // namespace

char32_t fold(char32_t code_point) noexcept {
  const std::size_t page = code_point >> 7;
  if (page >= sizeof(case_folding_pages)) return code_point;
  const std::size_t cell = case_folding_pages[page] * std::size_t{128} + (code_point & 127);
  const std::int32_t distance = case_folding_distances[case_folding_cells[cell]];
  return static_cast<char32_t>(static_cast<std::int32_t>(code_point) + distance);
}

std::string_view fold_into(std::string_view text, std::string& buffer) {
  // Two bytes become three at worst, and a code point is written as four bytes' room.
  const std::size_t room = text.size() + text.size() / 2 + 4;
  if (buffer.size() < room) buffer.resize(room + room / 2);
  const char* at = text.data();
  const char* const end = at + text.size();
  char* out = buffer.data();
  while (at != end) {
    while (end - at >= static_cast<std::ptrdiff_t>(block) && is_ascii_block(at)) {
      for (std::size_t i = 0; i < block; ++i) out[i] = lower_ascii(at[i]);
      at += block;
      out += block;
    }
    if (at == end) break;
    if (static_cast<unsigned char>(*at) < 0x80) {
      *out++ = lower_ascii(*at++);
    } else {
      out += fold_next(at, end, out);
    }
  }
  return {buffer.data(), static_cast<std::size_t>(out - buffer.data())};
}

std::string folded(std::string_view text) {
  std::string buffer;
  return std::string(fold_into(text, buffer));
}

FoldedOrder compare_folded(std::string_view text, std::string_view folded_constant) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* constant = folded_constant.data();
  const char* const constant_end = constant + folded_constant.size();
  char bytes[4];
  while (at != end) {
    std::size_t size = 1;
    if (static_cast<unsigned char>(*at) < 0x80) {
      bytes[0] = lower_ascii(*at++);
    } else {
      size = fold_next(at, end, bytes);
    }
    for (std::size_t i = 0; i < size; ++i, ++constant) {
      if (constant == constant_end) return FoldedOrder::constant_ended;
      if (bytes[i] != *constant) {
        return static_cast<unsigned char>(bytes[i]) < static_cast<unsigned char>(*constant)
                   ? FoldedOrder::before
                   : FoldedOrder::after;
      }
    }
  }
  return constant == constant_end ? FoldedOrder::equal : FoldedOrder::text_ended;
}

}  // namespace weir::filter
