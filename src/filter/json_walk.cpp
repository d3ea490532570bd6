#include "filter/json_walk.h"

#include "base/text.h"

namespace weir::filter {
namespace {

// Bytes of the escape that begins at `at`, 0 if it is none.
std::size_t escape_size(std::string_view text, std::size_t at) noexcept {
  if (at + 1 >= text.size()) return 0;
  if (text[at + 1] != 'u')
    return std::string_view("\"\\/bfnrt").find(text[at + 1]) == std::string_view::npos ? 0 : 2;
  if (at + 6 > text.size()) return 0;
  for (std::size_t i = at + 2; i < at + 6; ++i)
    if (hex_digit(text[i]) < 0) return 0;
  return 6;
}

}  // namespace

bool JsonWalk::take_string(JsonText& string) noexcept {
  if (peek() != '"') return fail();
  const std::size_t begin = at_ + 1;
  string.escaped = false;
  for (std::size_t at = begin; at < text_.size();) {
    if (text_[at] == '"') {
      string.raw = text_.substr(begin, at - begin);
      at_ = at + 1;
      return true;
    }
    if (text_[at] != '\\') {
      ++at;
      continue;
    }
    const std::size_t size = escape_size(text_, at);
    if (size == 0) return fail();
    string.escaped = true;
    at += size;
  }
  return fail();
}

bool JsonWalk::take_literal(JsonText& literal) noexcept {
  peek();
  const std::size_t end = text_.find_first_of(" \t\n\r,:[]{}\"", at_);
  literal = {text_.substr(at_, end == std::string_view::npos ? end : end - at_), false};
  if (literal.raw.empty()) return fail();
  at_ += literal.raw.size();
  return true;
}

// Brackets are counted, not matched: JSON that was read has matching ones.
std::string_view JsonWalk::skip_value() noexcept {
  const char first = peek();
  const std::size_t begin = at_;
  JsonText ignored;
  if (first == '"') {
    take_string(ignored);
  } else if (first != '{' && first != '[') {
    take_literal(ignored);
  } else {
    std::size_t depth = 0;
    do {
      const char c = peek();
      if (c == '"') {
        if (!take_string(ignored)) break;
        continue;
      }
      if (c == '\0') {
        fail();
        break;
      }
      depth += c == '{' || c == '[' ? 1U : 0U;
      depth -= c == '}' || c == ']' ? 1U : 0U;
      ++at_;
    } while (depth > 0);
  }
  return failed_ ? std::string_view() : text_.substr(begin, at_ - begin);
}

}  // namespace weir::filter
