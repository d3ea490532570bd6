// Small questions about text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir {

// Code points; an invalid byte counts as one.
std::size_t count_code_points(std::string_view utf8) noexcept;
std::string_view first_code_points(std::string_view text, std::size_t count) noexcept;

// The offset of the first byte that is not UTF-8 (Unicode 15, table 3-7), or npos.
std::size_t find_invalid_utf8(std::string_view text) noexcept;

// The candidate that `word` most likely meant: at most a third of its letters differ
// (insert, delete, replace, swap of neighbours; case does not count). Empty if none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// "; did you mean 'X'?", or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

// A whole decimal integer that fits: an optional '-', digits, nothing else.
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;

// The value of a hexadecimal digit in either case, -1 if it is none.
constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A number as JSON writes it (RFC 8259 section 6). `whole`: no fraction, no exponent.
bool is_json_number(std::string_view text, bool& whole) noexcept;

// The value of one, if a double can hold it.
std::optional<double> parse_number(std::string_view text) noexcept;

// Whether `text` is `lower`, which has no capital letters; those of ASCII count as small ones.
bool equals_nocase(std::string_view text, std::string_view lower) noexcept;

// As JSON, with quotes; control characters escaped, invalid UTF-8 replaced by U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// The shortest decimal text that reads back as the same double; integral values without ".0".
std::string_view format_double(double number, std::span<char, 32> buffer) noexcept;

// Decimal text of an integer.
std::string_view format_integer(std::int64_t number, std::span<char, 32> buffer) noexcept;

}  // namespace weir
