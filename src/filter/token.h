// The words of a filter expression.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "filter/tree.h"

namespace weir::filter {

struct Token {
  enum class Kind : std::uint8_t {
    end,
    name,      // a field, a keyword or an operator, as written
    field,     // a name in back quotes: never a keyword
    text,      // in single quotes
    number,    // bare
    variable,  // $name
    symbol,    // ( ) [ ] , = < <= > >= and the look-alikes that a message has advice on
  };
  Kind kind = Kind::end;
  Span span;
  std::string text;  // without quotes

  bool is_symbol(std::string_view symbol) const noexcept {
    return kind == Kind::symbol && text == symbol;
  }
  bool is_keyword(std::string_view keyword) const noexcept;  // in any case
};

// Letters compare without their case; ASCII only, as keywords are.
bool same_word(std::string_view a, std::string_view b) noexcept;

// True if the lexer reads `name` back as one name.
bool is_plain_name(std::string_view name) noexcept;

[[noreturn]] void fail(std::uint32_t offset, const std::string& message,
                       Status status = Status::invalid_document);

class Lexer {
 public:
  explicit Lexer(std::string_view source) noexcept : source_(source) {}

  // The next word; Kind::end for ever after the last. Throws Failure with the offset.
  Token next();

 private:
  Token quoted(char quote);
  Token number();
  Token name();
  Token variable();
  Token symbol();
  Token take(Token::Kind kind, std::size_t end);

  std::string_view source_;
  std::size_t at_ = 0;
};

}  // namespace weir::filter
