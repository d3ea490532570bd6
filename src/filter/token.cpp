#include "filter/token.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.h"
#include "base/text.h"

namespace weir::filter {
namespace {

constexpr bool is_name_letter(char c) noexcept { return is_letter(c) || c == '_'; }
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// The bytes at `at` that may stand in a bare name: 1 for ASCII, 2 for Latin (U+00C0 to U+024F) and
// Cyrillic (U+0400 to U+052F) letters, else 0.
std::size_t name_bytes(std::string_view source, std::size_t at) noexcept {
  const char c = source[at];
  if (is_name_letter(c) || is_digit(c) || c == '.') return 1;
  const auto lead = static_cast<unsigned char>(c);
  if (lead < 0xC3 || lead > 0xD4 || at + 1 == source.size()) return 0;
  const auto trail = static_cast<unsigned char>(source[at + 1]);
  if ((trail & 0xC0) != 0x80) return 0;
  const unsigned code_point = (lead & 0x1Fu) << 6 | (trail & 0x3Fu);
  const bool latin = code_point <= 0x24F && code_point != 0xD7 && code_point != 0xF7;
  const bool cyrillic = code_point >= 0x400 && code_point <= 0x52F;
  return latin || cyrillic ? 2 : 0;
}

std::size_t end_of_name(std::string_view source, std::size_t at) noexcept {
  while (at < source.size()) {
    const std::size_t bytes = name_bytes(source, at);
    if (bytes == 0) break;
    at += bytes;
  }
  return at;
}

// Longest first. What the language lacks is here too, so that the parser can say what to write.
constexpr std::array<std::string_view, 20> symbols{"<=", ">=", "!=", "<>", "==", "=~", "!~",
                                                   "&&", "||", "(",  ")",  "[",  "]",  ",",
                                                   "=",  "<",  ">",  "!",  "&",  "|"};

// The code point at the beginning, and the bytes that it has: 0 if they are not UTF-8.
char32_t first_code_point(std::string_view text, std::size_t& bytes) noexcept {
  const auto lead = static_cast<unsigned char>(text[0]);
  bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  bytes = std::min(bytes, text.size());
  if (find_invalid_utf8(text.substr(0, bytes)) != std::string_view::npos) bytes = 0;
  char32_t code_point = lead;
  if (bytes > 1) code_point = lead & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    code_point = code_point << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  return code_point;
}

// Controls, and spaces other than ours: a message that quotes one shows nothing.
bool is_invisible(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD || (c >= 0x2000 && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0xFEFF;
}

// Word processors put them in the place of ours.
bool is_curly_quote(char32_t c) noexcept {
  return (c >= 0x2018 && c <= 0x201F) || c == 0xAB || c == 0xBB;
}

// What no word begins with, and no keyboard for expressions has.
[[noreturn]] void fail_odd(std::string_view rest, std::uint32_t offset) {
  std::size_t bytes = 0;
  const char32_t code_point = first_code_point(rest, bytes);
  if (bytes == 0) {
    fail(offset, fmt::format("byte 0x{:02X} is not UTF-8; save the text as UTF-8",
                             static_cast<unsigned char>(rest[0])));
  }
  if (is_invisible(code_point)) {
    fail(offset, fmt::format("unexpected character U+{:04X}; write a space, or put text in single "
                             "quotes",
                             static_cast<std::uint32_t>(code_point)));
  }
  const std::string_view character = rest.substr(0, bytes);
  if (is_curly_quote(code_point)) {
    fail(offset,
         fmt::format("unexpected '{}'; text stands in straight single quotes: 'text'", character));
  }
  fail(offset, fmt::format("unexpected '{}'; put text in single quotes and a field name that is "
                           "not letters, digits, '.' and '_' in back quotes",
                           character));
}

}  // namespace

void fail(std::uint32_t offset, const std::string& message, Status status) {
  throw Failure(status, message, Position{offset});
}

bool same_word(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool Token::is_keyword(std::string_view keyword) const noexcept {
  return kind == Kind::name && same_word(text, keyword);
}

bool is_plain_name(std::string_view name) noexcept {
  if (name.empty() || is_digit(name[0]) || name[0] == '.') return false;
  return end_of_name(name, 0) == name.size();
}

Token Lexer::take(Token::Kind kind, std::size_t end) {
  Token token{kind, {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end)}, {}};
  token.text = source_.substr(at_, end - at_);
  at_ = end;
  return token;
}

Token Lexer::next() {
  constexpr std::string_view spaces = " \t\r\n";
  while (at_ < source_.size() && spaces.find(source_[at_]) != std::string_view::npos) ++at_;
  if (at_ == source_.size()) return take(Token::Kind::end, at_);
  const char c = source_[at_];
  if (c == '\'' || c == '`') return quoted(c);
  if (c == '$') return variable();
  if (is_digit(c) || c == '-' || c == '+' || c == '.') return number();
  if (name_bytes(source_, at_) != 0) return name();
  return symbol();
}

Token Lexer::quoted(char quote) {
  const std::size_t begin = at_;
  std::string text;
  for (std::size_t i = begin + 1; i < source_.size(); ++i) {
    if (source_[i] != quote) {
      text += source_[i];
    } else if (i + 1 < source_.size() && source_[i + 1] == quote) {
      text += quote;
      ++i;
    } else {
      Token token = take(quote == '`' ? Token::Kind::field : Token::Kind::text, i + 1);
      token.text = std::move(text);
      return token;
    }
  }
  fail(static_cast<std::uint32_t>(begin),
       quote == '`' ? "the name that begins here has no closing back quote"
                    : "the text that begins here has no closing quote; a quote inside it is "
                      "written twice");
}

Token Lexer::number() {
  // All that hangs together, so that an address or a date without quotes is named whole.
  const auto hangs = [&](std::size_t i) {
    return name_bytes(source_, i) != 0 ||
           std::string_view("+-/:").find(source_[i]) != std::string_view::npos;
  };
  std::size_t end = at_;
  while (end < source_.size() && hangs(end)) ++end;
  const std::string_view word = source_.substr(at_, end - at_);
  std::size_t i = word[0] == '-' ? 1 : 0;
  const auto digits = [&] {
    const std::size_t first = i;
    while (i < word.size() && is_digit(word[i])) ++i;
    return i > first;
  };
  bool good = digits();
  if (good && i < word.size() && word[i] == '.') {
    ++i;
    good = digits();
  }
  if (at_ > 0 && name_bytes(source_, at_ - 1) == 1) {
    fail(static_cast<std::uint32_t>(at_),
         fmt::format("unexpected '{}' in a name; put a field name that is not letters, digits, '.' "
                     "and '_' in back quotes",
                     word[0]));
  }
  if (!good || i != word.size()) {
    fail(static_cast<std::uint32_t>(at_),
         fmt::format("'{}' is not a number; put text in single quotes", word));
  }
  return take(Token::Kind::number, end);
}

Token Lexer::name() { return take(Token::Kind::name, end_of_name(source_, at_)); }

Token Lexer::variable() { return take(Token::Kind::variable, end_of_name(source_, at_ + 1)); }

Token Lexer::symbol() {
  const std::string_view rest = source_.substr(at_);
  for (const std::string_view symbol : symbols) {
    if (rest.starts_with(symbol)) return take(Token::Kind::symbol, at_ + symbol.size());
  }
  const auto offset = static_cast<std::uint32_t>(at_);
  if (rest[0] == '"') fail(offset, "text stands in single quotes: 'text', not \"text\"");
  fail_odd(rest, offset);
}

}  // namespace weir::filter
