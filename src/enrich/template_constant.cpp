#include "enrich/template_constant.h"

#include <fmt/format.h>

#include <cmath>

#include "base/ascii.h"
#include "base/text.h"
#include "enrich/template_action.h"

namespace weir::enrich {

namespace {

void append_utf8(std::string& out, std::uint32_t point) {
  const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0 | point >> 6);
    byte(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    byte(0xE0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  } else {
    byte(0xF0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3F));
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  }
}

// `count` digits of a base, at most 0x10FFFF. False if there are none such.
bool read_digits(std::string_view digits, std::size_t count, std::uint32_t base,
                 std::uint32_t& number) noexcept {
  if (digits.size() < count) return false;
  std::uint64_t value = 0;
  for (const char c : digits.substr(0, count)) {
    const int digit = hex_digit(c);
    if (digit < 0 || digit >= static_cast<int>(base)) return false;
    value = value * base + static_cast<std::uint64_t>(digit);
  }
  number = static_cast<std::uint32_t>(value);
  return value <= 0x10FFFF;
}

// What stands behind a backslash. False if that is nothing.
bool read_escape(std::string_view rest, std::string& out, std::size_t& size) {
  constexpr std::string_view letters = "abfnrtv\\\"";
  constexpr std::string_view meant = "\a\b\f\n\r\t\v\\\"";
  if (rest.empty()) return false;
  size = 1;
  if (const std::size_t i = letters.find(rest[0]); i != std::string_view::npos) {
    out += meant[i];
    return true;
  }
  std::uint32_t number = 0;
  if (rest[0] >= '0' && rest[0] <= '7') {
    size = 3;
    if (!read_digits(rest, 3, 8, number) || number > 0xFF) return false;
    out += static_cast<char>(number);
    return true;
  }
  const std::size_t count = rest[0] == 'x' ? 2 : rest[0] == 'u' ? 4 : rest[0] == 'U' ? 8 : 0;
  if (count == 0 || !read_digits(rest.substr(1), count, 16, number)) return false;
  size = 1 + count;
  if (count == 2) {
    out += static_cast<char>(number);
    return true;
  }
  if (number >= 0xD800 && number < 0xE000) return false;
  append_utf8(out, number);
  return true;
}

}  // namespace

std::string read_quoted(std::string_view text, std::size_t& at) {
  const std::size_t begin = at++;
  std::string out;
  for (;; ++at) {
    if (at == text.size() || text[at] == '\n')
      refuse(begin, "the text in quotes does not end on its line; end it with '\"'");
    if (text[at] == '"') break;
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    std::size_t size = 0;
    if (!read_escape(text.substr(at + 1), out, size))
      refuse(at, "unknown escape in a text; a backslash is written \\\\");
    at += size;
  }
  ++at;
  if (find_invalid_utf8(out) != std::string_view::npos)
    refuse(begin, "the escapes of the text give no UTF-8; write the characters themselves");
  return out;
}

std::string read_raw(std::string_view text, std::size_t& at) {
  const std::size_t begin = at++;
  const std::size_t end = text.find('`', at);
  if (end == std::string_view::npos) refuse(begin, "the text in backticks does not end");
  std::string out;
  // As in Go's own, so that a template means the same whatever its lines end in.
  for (const char c : text.substr(at, end - at))
    if (c != '\r') out += c;
  at = end + 1;
  return out;
}

Value read_number(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  if (text[at] == '+' || text[at] == '-') ++at;
  const std::size_t digits = at;
  while (at < text.size() &&
         (is_digit(text[at]) || text[at] == '.' || text[at] == '_' ||
          (text[at] >= 'a' && text[at] <= 'z') || (text[at] >= 'A' && text[at] <= 'Z') ||
          ((text[at] == '+' || text[at] == '-') && (text[at - 1] == 'e' || text[at - 1] == 'E'))))
    ++at;
  const std::string_view written = text.substr(begin, at - begin);
  // .5 and 5. are numbers in Go, and none in JSON.
  std::string plain = text[begin] == '-' ? "-" : "";
  if (digits < at && text[digits] == '.') plain += '0';
  plain += text.substr(digits, at - digits);
  if (plain.ends_with('.')) plain += '0';
  bool whole = false;
  if (!is_json_number(plain, whole))
    refuse(begin, fmt::format("'{}' is no decimal number; write one such as 443 or 0.5",
                              first_code_points(written, 32)));
  if (whole) {
    if (const auto number = parse_integer(plain)) return Value::of(*number);
  } else if (const auto number = parse_number(plain); number && std::isfinite(*number)) {
    return Value::of(*number);
  }
  refuse(begin, fmt::format("the number {} is too large", first_code_points(written, 32)));
}

}  // namespace weir::enrich
