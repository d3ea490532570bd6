// Recursive descent over the words of one expression:
//
//   expression  := conjunction { 'or' conjunction }
//   conjunction := factor { 'and' factor }
//   factor      := 'not' factor | '(' expression ')' | "filter" '(' TEXT ')' | condition
//   condition   := ( question | comparison ) [ 'nocase' ]
//   comparison  := found operator ( found | constant | '[' constants ']' )
//                | found 'hasVulnerability' [ constant | '[' constants ']' ] [ 'severity' NUMBER ]
//   question    := IN '(' TEXT keys ')' | 'TIDetect' '(' [ TEXT ',' ] FIELD ')'
//   found       := FIELD
//                | 'dictionary' '(' TEXT keys ')' [ index ]
//                | TABLE '(' TEXT ',' TEXT keys ')' [ index ]
//                | 'ti' '(' TEXT ',' FIELD ',' TEXT ')'
//   keys        := ',' FIELD { ',' FIELD }
//   index       := '[' NUMBER ']'
//
// IN is inDictionary, inActiveList or inContextTable, TABLE is table, activeList or contextTable.
// Nesting and size are bounded, so that no input can exhaust the stack or the memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/token.h"
#include "filter/tree.h"

namespace weir::filter {

class Parser {
 public:
  // unknown: where to collect what is wrong with names of fields; null: it is thrown.
  Parser(std::string_view source, Schema schema, std::vector<Failure>* unknown);
  Node parse();

 private:
  Node expression();
  Node conjunction();
  Node factor();
  Node negation();
  Node group();
  Node saved();
  Node condition();
  std::optional<Operator> question() const noexcept;
  void read_question(Node& node, Operator op);
  void read_comparison(Node& node);
  Operand left_operand(Node& node);
  Operator operation();
  Operand right_operand(Node& node);

  Operand found(std::vector<Span>& parts);
  Lookup lookup(lookup::Kind kind, bool has_column, std::vector<Span>& parts);
  void read_keys(Lookup& lookup, std::vector<Span>& parts);
  std::uint32_t index(std::vector<Span>& parts);
  Intelligence intelligence();
  List list(std::vector<Span>& item_spans);
  Constant constant();
  FieldId field(std::string_view expected);
  FieldId known(const Token& name);
  std::uint32_t whole_number(std::string_view expected);
  Token text(std::string_view expected);

  template <class ReadPart>
  Node chain(Node::Type type, std::string_view keyword, ReadPart read_part);

  Token take();
  void expect_symbol(std::string_view symbol, std::string_view what);
  bool at_function() const noexcept;  // a name, then a parenthesis
  bool at_field() const noexcept;     // or a function
  bool may_follow_field() const noexcept;
  void refuse_variable() const;
  void refuse_function() const;
  [[noreturn]] void unexpected(std::string_view expected) const;
  [[noreturn]] void unknown_operator() const;
  void enter();
  void count_node(bool is_condition);

  Lexer lexer_;
  Schema schema_;
  std::vector<Failure>* unknown_;
  Token token_;            // being looked at
  Token ahead_;            // after it
  std::string left_name_;  // of the condition, for messages
  std::uint32_t last_end_ = 0;
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
  std::size_t conditions_ = 0;  // and references to saved filters
};

}  // namespace weir::filter
