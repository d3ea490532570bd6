// The tokens of JSON text: simdjson's stage 1 finds where they begin, this walks them.
//
// Stage 1 marks, in 64 bytes a step, every bracket, colon, comma, opening quote and first byte of a
// number or literal outside strings, and checks UTF-8 and control characters. What stage 2 of
// simdjson would check (grammar, numbers, escapes) is checked here, because its own interfaces
// either skip values that nobody reads, or store all of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "event/value.h"

namespace weir {

enum class JsonError : std::uint8_t {
  none,
  empty,
  utf8,
  control_character,
  unclosed_string,
  not_object,
  expected_key,
  expected_colon,
  expected_comma_or_brace,
  expected_comma_or_bracket,
  expected_value,
  bad_number,
  bad_literal,
  bad_escape,
  trailing,
  too_deep,
  too_many_members,
};

// One sentence, lower case.
std::string_view describe(JsonError error) noexcept;

// Where the tokens of a text begin. Reusable; grows to the longest text.
class JsonIndex {
 public:
  JsonIndex();
  ~JsonIndex();
  JsonIndex(JsonIndex&&) noexcept;

  // Throws bad_alloc. `text` is at most 4 GiB.
  JsonError build(std::string_view text);

  // Offsets into the text, ascending, and behind them twice its size, so that a walk needs no other
  // end. Valid until the next build; null after an error.
  const std::uint32_t* begin() const noexcept { return begin_; }

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
  const std::uint32_t* begin_ = nullptr;
};

// Walks the tokens of one JSON text. The first error stays.
class JsonCursor {
 public:
  // token: the first that begins in the text that ends before `stop`.
  JsonCursor(const char* text, const std::uint32_t* token, std::uint32_t stop) noexcept
      : text_(text), token_(token), stop_(stop), backslash_(find_backslash(offset())) {}

  // The first byte of the current token, 0 past the last.
  char peek() const noexcept { return at_end() ? '\0' : text_[*token_]; }
  std::uint32_t offset() const noexcept { return std::min(*token_, stop_); }
  bool at_end() const noexcept { return *token_ >= stop_; }
  void advance() noexcept { ++token_; }
  const std::uint32_t* token() const noexcept { return token_; }
  const char* text() const noexcept { return text_; }

  // The current token without the white space behind it; moves on.
  std::string_view take() noexcept {
    const std::uint32_t begin = *token_++;
    std::uint32_t end = offset();
    while (is_space(text_[end - 1])) --end;
    return {text_ + begin, end - begin};
  }

  // A string: its bytes between the quotes, escapes as they are. Checks the escapes.
  bool take_string(std::string_view& raw, bool& escaped) noexcept {
    const std::string_view token = take();
    raw = token.substr(1, token.size() - 2);
    const auto end =
        static_cast<std::uint32_t>(token.data() - text_) + static_cast<std::uint32_t>(token.size());
    escaped = backslash_ < end;
    return token.size() >= 2 && token.back() == '"' && !escaped ? true
                                                                : check_string(token, escaped);
  }

  // Anything but an object, an array or a string. `raw` is the literal of a number.
  bool take_scalar(Value& value, std::string_view& raw) noexcept {
    const char first = peek();
    if (static_cast<unsigned char>(first - '0') > 9) return take_other(value, raw);
    raw = take();
    // Up to 18 digits and nothing else: nearly every number of an event.
    std::uint64_t sum = 0;
    for (const char c : raw) {
      const auto digit = static_cast<unsigned char>(c - '0');
      if (digit > 9) return --token_, take_other(value, raw);
      sum = sum * 10 + digit;
    }
    if (raw.size() > 18 || (first == '0' && raw.size() > 1))
      return --token_, take_other(value, raw);
    value = {sum, 0, Kind::integer};
    return true;
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
  static bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  bool check_string(std::string_view token, bool escaped) noexcept;
  bool take_other(Value& value, std::string_view& raw) noexcept;

  // Most strings have no escape: to know where the next one is saves looking into each.
  std::uint32_t find_backslash(std::uint32_t from) const noexcept {
    const void* found = std::memchr(text_ + from, '\\', stop_ - from);
    return found == nullptr ? stop_
                            : static_cast<std::uint32_t>(static_cast<const char*>(found) - text_);
  }

  const char* text_;
  const std::uint32_t* token_;
  std::uint32_t stop_;
  std::uint32_t backslash_;  // the first that no string before the current token has
  JsonError error_ = JsonError::none;
  std::uint32_t error_offset_ = 0;
};

// The text that a string with escapes stands for. REQUIRES: take_string has checked it; `to` has
// raw.size() bytes. Lone surrogates become U+FFFD.
std::string_view unescape(std::string_view raw, char* to) noexcept;

}  // namespace weir
