// Classes of ASCII characters, whatever the locale.
#pragma once

#include <string_view>

namespace weir {

// As JSON has it: RFC 8259, section 2.
constexpr std::string_view white_space = " \t\r\n";

constexpr bool is_white_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// At either end.
constexpr std::string_view without_spaces(std::string_view text) noexcept {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Whether there is nothing but white space.
constexpr bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(white_space) == std::string_view::npos;
}

}  // namespace weir
