#include "event/json_scan.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace weir {

namespace {

int hex4(const char* at) noexcept {
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

// Of a number beyond a double's range: whether it is so small rather than so large, which the place
// of its first digit other than 0 says.
bool is_tiny(std::string_view number) noexcept {
  const std::size_t e = number.find_first_of("eE");
  const std::string_view mantissa = number.substr(0, e);
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return true;
  constexpr std::int64_t far = 1'000'000'000'000;
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    const char* const digits = number.data() + e + (number[e + 1] == '+' ? 2 : 1);
    if (std::from_chars(digits, number.data() + number.size(), exponent).ec != std::errc())
      exponent = *digits == '-' ? -far : far;
  }
  const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
  return std::clamp(exponent, -far, far) + static_cast<std::int64_t>(dot) <
         static_cast<std::int64_t>(first);
}

char* put_utf8(char* to, std::uint32_t c) noexcept {
  const auto put = [&](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
  return to;
}

}  // namespace

std::string_view unescape(std::string_view raw, char* const to) noexcept {
  char* out = to;
  for (std::size_t at = 0; at < raw.size();) {
    if (raw[at] != '\\') {
      *out++ = raw[at++];
      continue;
    }
    const char c = raw[at + 1];
    at += 2;
    switch (c) {
      case 'b':
        *out++ = '\b';
        break;
      case 'f':
        *out++ = '\f';
        break;
      case 'n':
        *out++ = '\n';
        break;
      case 'r':
        *out++ = '\r';
        break;
      case 't':
        *out++ = '\t';
        break;
      case 'u': {
        auto code = static_cast<std::uint32_t>(hex4(raw.data() + at));
        at += 4;
        const bool high = code >= 0xD800 && code < 0xDC00;
        if (high && at + 6 <= raw.size() && raw[at] == '\\' && raw[at + 1] == 'u') {
          const auto low = static_cast<std::uint32_t>(hex4(raw.data() + at + 2));
          if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
          }
        }
        if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
        out = put_utf8(out, code);
        break;
      }
      default:
        *out++ = c;
    }
  }
  return {to, static_cast<std::size_t>(out - to)};
}

// The string that was just taken has an escape, or something glued to it: stage 1 has closed every
// string, so what does not end in a quote is not one alone.
bool JsonCursor::check_string(std::string_view token, bool escaped) noexcept {
  if (token.size() < 2 || token.back() != '"') {
    --token_;
    return fail(JsonError::unclosed_string);
  }
  const auto end = static_cast<std::uint32_t>(token.data() - text_) +
                   static_cast<std::uint32_t>(token.size()) - 1;  // its quote
  while (*backslash_ < end) {
    const std::uint32_t at = *backslash_ + 1;
    const bool unicode = at < end && text_[at] == 'u';
    if (at >= end ||
        (unicode ? at + 5 > end || hex4(text_ + at + 1) < 0
                 : std::string_view("\"\\/bfnrt").find(text_[at]) == std::string_view::npos)) {
      --token_;
      return fail(JsonError::bad_escape);
    }
    pass_backslashes(at + 1);
  }
  return true;
}

bool JsonCursor::take_other(Value& value, std::string_view& raw) noexcept {
  const char first = peek();
  if (first == '\0' || first == ',' || first == ':' || first == ']' || first == '}')
    return fail(JsonError::expected_value);
  raw = take();
  value = {};
  if (first == 't' || first == 'f' || first == 'n') {
    if (raw == "null") return true;
    if (raw == "true" || raw == "false") {
      value = {first == 't' ? 1U : 0U, 0, Kind::boolean};
      return true;
    }
  }
  bool whole = false;
  if ((first != '-' && !is_digit(first)) || !is_json_number(raw, whole)) {
    --token_;
    return fail(is_digit(first) || first == '-' ? JsonError::bad_number : JsonError::bad_literal);
  }
  std::int64_t integer = 0;
  if (whole && std::from_chars(raw.data(), raw.data() + raw.size(), integer).ec == std::errc()) {
    value = Value::of(integer);
    return true;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  if (error != std::errc()) number = is_tiny(raw) ? 0 : HUGE_VAL;
  value = Value::of(number);
  return true;
}

bool JsonCursor::skip_value(int depth) noexcept {
  std::string_view raw;
  bool escaped = false;
  const char c = peek();
  if (c == '"') return take_string(raw, escaped);
  if (c != '{' && c != '[') {
    Value ignored;
    return take_scalar(ignored, raw);
  }
  if (depth == 0) return fail(JsonError::too_deep);
  advance();
  const char close = c == '{' ? '}' : ']';
  for (bool more = first(close); more; more = next(close)) {
    if (c == '{' && !take_key(raw, escaped)) return false;
    if (!skip_value(depth - 1)) return false;
  }
  return !failed();
}

}  // namespace weir
