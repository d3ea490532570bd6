// Walks JSON that an event carries, once, without an index and without storing anything. It need
// not be valid: the walk ends where it stops being JSON, and never leaves the text.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/ascii.h"

namespace weir::filter {

// A string or literal, as written between its quotes.
struct JsonText {
  std::string_view raw;
  bool escaped = false;
};

class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text) noexcept : text_(text) {}

  bool failed() const noexcept { return failed_; }
  // The first byte of the next token, 0 at the end.
  char peek() noexcept {
    while (at_ < text_.size() && is_white_space(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  // An opening bracket: true if that is what stands here.
  bool enter(char bracket) noexcept {
    if (failed_ || peek() != bracket) return false;
    ++at_;
    first_ = true;
    return true;
  }
  // The next element or member of the list or object that was entered: false behind the last. Each
  // is to be taken whole before the next call.
  bool next(char close) noexcept {
    const bool first = first_;
    first_ = false;
    if (failed_) return false;
    const char c = peek();
    if (c == close) {
      ++at_;
      return false;
    }
    if (c == '\0') return fail();
    if (first) return true;
    if (c != ',') return fail();
    ++at_;
    return true;
  }
  // A key and its colon.
  bool take_key(JsonText& key) noexcept {
    if (!take_string(key) || peek() != ':') return fail();
    ++at_;
    return true;
  }
  // A string. Its escapes are such that unescape (event/json_scan.h) can read it.
  bool take_string(JsonText& string) noexcept;
  // A number, true, false or null.
  bool take_literal(JsonText& literal) noexcept;
  // Whatever stands here, as written.
  std::string_view skip_value() noexcept;

 private:
  bool fail() noexcept {
    failed_ = true;
    at_ = text_.size();
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool first_ = false;
  bool failed_ = false;
};

}  // namespace weir::filter
