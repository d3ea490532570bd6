// Walks the tokens of JSON text and checks what stage 1 (event/json_index.h) leaves open: grammar,
// numbers, escapes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/ascii.h"
#include "event/digits.h"
#include "event/json_index.h"
#include "event/value.h"

namespace weir {

// Walks the tokens of one JSON text. The first error stays.
class JsonCursor {
 public:
  // token: the first that begins in the text that ends before `stop`. backslash: any before the
  // first that lies behind that token.
  JsonCursor(const char* text, const std::uint32_t* token, const std::uint32_t* backslash,
             std::uint32_t stop) noexcept
      : text_(text), token_(token), backslash_(backslash), stop_(stop) {
    pass_backslashes(offset());
  }
  // The whole of an indexed text.
  JsonCursor(std::string_view text, const JsonIndex& index) noexcept
      : JsonCursor(text.data(), index.tokens(), index.backslashes(),
                   static_cast<std::uint32_t>(text.size())) {}

  // The first byte of the current token, 0 past the last.
  char peek() const noexcept { return at_end() ? '\0' : text_[*token_]; }
  std::uint32_t offset() const noexcept { return std::min(*token_, stop_); }
  bool at_end() const noexcept { return *token_ >= stop_; }
  // Where the walk has come to, to go on from there or to come back.
  void move_to(const std::uint32_t* token) noexcept { token_ = token; }
  std::uint32_t stop() const noexcept { return stop_; }
  // No string that ends before this has an escape.
  std::uint32_t next_backslash() const noexcept { return *backslash_; }
  const std::uint32_t* backslash() const noexcept { return backslash_; }
  void advance() noexcept { ++token_; }
  const std::uint32_t* token() const noexcept { return token_; }
  const char* text() const noexcept { return text_; }

  // The current token without the white space behind it; moves on.
  std::string_view take() noexcept {
    const std::uint32_t begin = *token_++;
    std::uint32_t end = offset();
    while (is_white_space(text_[end - 1])) --end;
    return {text_ + begin, end - begin};
  }

  // A string: its bytes between the quotes, escapes as they are. Checks the escapes.
  bool take_string(std::string_view& raw, bool& escaped) noexcept {
    const std::string_view token = take();
    raw = token.substr(1, token.size() - 2);
    const auto end =
        static_cast<std::uint32_t>(token.data() - text_) + static_cast<std::uint32_t>(token.size());
    escaped = *backslash_ < end;
    return (token.size() >= 2 && token.back() == '"' && !escaped) || check_string(token, escaped);
  }

  // Anything but an object, an array or a string. `raw` is the literal of a number.
  bool take_scalar(Value& value, std::string_view& raw) noexcept {
    const std::uint32_t* const token = token_;
    std::uint64_t number = 0;
    if (at_end() || !is_digit(text_[*token])) return take_other(value, raw);
    raw = take();
    const std::uint32_t end = *token + static_cast<std::uint32_t>(raw.size());
    if (end >= 16 && read_digits(text_, *token, end, number)) {
      value = {number, 0, Kind::integer};
      return true;
    }
    token_ = token;
    return take_other(value, raw);
  }

  // Walks over a value whole, checking it. `depth`: how many levels it may still open.
  bool skip_value(int depth) noexcept;

  // Behind an opening bracket: true at a first element; false at its end or error, moved past it.
  bool first(char close) noexcept {
    if (peek() != close) return true;
    advance();
    return false;
  }
  // Behind an element: true at a next one; false at the end or an error.
  bool next(char close) noexcept {
    const char c = peek();
    advance();
    if (c == ',') return true;
    if (c != close) {
      --token_;
      fail(close == '}' ? JsonError::expected_comma_or_brace
                        : JsonError::expected_comma_or_bracket);
    }
    return false;
  }
  // A key and its colon.
  bool take_key(std::string_view& raw, bool& escaped) noexcept {
    if (peek() != '"') return fail(JsonError::expected_key);
    if (!take_string(raw, escaped)) return false;
    if (peek() != ':') return fail(JsonError::expected_colon);
    advance();
    return true;
  }

  bool fail(JsonError error) noexcept {
    if (error_ == JsonError::none) error_ = error, error_offset_ = offset();
    return false;
  }
  bool failed() const noexcept { return error_ != JsonError::none; }
  JsonError error() const noexcept { return error_; }
  std::uint32_t error_offset() const noexcept { return error_offset_; }

 private:
  bool check_string(std::string_view token, bool escaped) noexcept;
  bool take_other(Value& value, std::string_view& raw) noexcept;

  // Those before `end` are in what has been taken.
  void pass_backslashes(std::uint32_t end) noexcept {
    while (*backslash_ < end) ++backslash_;
  }

  const char* text_;
  const std::uint32_t* token_;
  const std::uint32_t* backslash_;  // the first that no string before the current token has
  std::uint32_t stop_;
  JsonError error_ = JsonError::none;
  std::uint32_t error_offset_ = 0;
};

// The text that a string with escapes stands for. REQUIRES: take_string has checked it; `to` has
// raw.size() bytes. Lone surrogates become U+FFFD.
std::string_view unescape(std::string_view raw, char* to) noexcept;

}  // namespace weir
