// Recursive descent over the words of one expression:
//
//   expression  := conjunction { 'or' conjunction }
//   conjunction := factor { 'and' factor }
//   factor      := 'not' factor | '(' expression ')' | "filter" '(' TEXT ')' | condition
//   condition   := FIELD operator ( FIELD | constant | '[' constants ']' ) [ 'nocase' ]
//
// Nesting and size are bounded, so that no input can exhaust the stack or the memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "filter/token.h"
#include "filter/tree.h"

namespace weir::filter {

class Parser {
 public:
  Parser(std::string_view source, Schema schema);
  Node parse();

 private:
  Node expression();
  Node conjunction();
  Node factor();
  Node negation();
  Node group();
  Node saved();
  Node condition();
  Operator operation();
  FieldId left_field();
  Operand right_operand(Node& condition);
  List list(std::vector<Span>& item_spans);
  Constant constant();
  FieldId field();

  template <class ReadPart>
  Node chain(Node::Type type, std::string_view keyword, ReadPart read_part);

  Token take();
  void expect_symbol(std::string_view symbol, std::string_view what);
  bool at_function() const noexcept;  // a name, then a parenthesis
  void refuse_later_operand() const;
  void refuse_structured(FieldId id, std::uint32_t offset) const;
  [[noreturn]] void unexpected(std::string_view expected) const;
  [[noreturn]] void unknown_operator() const;
  void enter();
  void count_node(bool is_condition);

  Lexer lexer_;
  Schema schema_;
  Token token_;  // being looked at
  Token ahead_;  // after it
  std::string left_name_;
  std::uint32_t last_end_ = 0;
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
  std::size_t conditions_ = 0;  // and references to saved filters
};

}  // namespace weir::filter
