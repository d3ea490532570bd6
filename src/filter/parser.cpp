#include "filter/parser.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "filter/bounds.h"

namespace weir::filter {
namespace {

std::string describe(const Token& token) {
  if (token.kind == Token::Kind::end) return "the end";
  if (token.kind == Token::Kind::text) return "text";
  return fmt::format("'{}'", token.text);
}

// What to write instead of what other languages have.
std::string_view advice(std::string_view symbol) noexcept {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> look_alikes{{
      {"==", "write '='"},
      {"=~", "write 'match'"},
      {"&&", "write 'and'"},
      {"&", "write 'and'"},
      {"||", "write 'or'"},
      {"|", "write 'or'"},
  }};
  for (const auto& [look_alike, remedy] : look_alikes) {
    if (symbol == look_alike) return remedy;
  }
  return symbol == "!" ? "write 'not'" : std::string_view();
}

}  // namespace

Parser::Parser(std::string_view source, Schema schema, std::vector<Failure>* unknown)
    : lexer_(source), schema_(schema), unknown_(unknown), token_(lexer_.next()) {
  ahead_ = token_.kind == Token::Kind::end ? token_ : lexer_.next();
}

Token Parser::take() {
  Token taken = std::exchange(token_, std::move(ahead_));
  last_end_ = taken.span.end;
  ahead_ = token_.kind == Token::Kind::end ? token_ : lexer_.next();
  return taken;
}

void Parser::unexpected(std::string_view expected) const {
  if (token_.kind == Token::Kind::symbol && !advice(token_.text).empty()) {
    fail(token_.span.begin,
         fmt::format("'{}' is not part of the language; {}", token_.text, advice(token_.text)));
  }
  fail(token_.span.begin, fmt::format("expected {}, found {}", expected, describe(token_)));
}

void Parser::expect_symbol(std::string_view symbol, std::string_view what) {
  if (!token_.is_symbol(symbol)) unexpected(what);
  take();
}

bool Parser::at_function() const noexcept {
  return token_.kind == Token::Kind::name && ahead_.is_symbol("(");
}

void Parser::enter() {
  if (++depth_ > max_depth) {
    fail(token_.span.begin,
         fmt::format("nested more than {} deep; move parts to saved filters", max_depth));
  }
}

void Parser::count_node(bool is_condition) {
  if (is_condition && ++conditions_ > max_conditions) {
    fail(token_.span.begin,
         fmt::format("more than {} conditions; put alternatives in lists", max_conditions));
  }
  if (++nodes_ > max_nodes) {
    fail(token_.span.begin, fmt::format("more than {} conditions, negations and groups; put "
                                        "alternatives in lists",
                                        max_nodes));
  }
}

Node Parser::parse() {
  if (token_.kind == Token::Kind::end) fail(0, "the expression is empty; expected a condition");
  Node node = expression();
  if (token_.kind != Token::Kind::end) unexpected("'and', 'or' or the end");
  return node;
}

template <class ReadPart>
Node Parser::chain(Node::Type type, std::string_view keyword, ReadPart read_part) {
  Node first = (this->*read_part)();
  if (!token_.is_keyword(keyword)) return first;
  Node node;
  node.type = type;
  node.span.begin = first.span.begin;
  node.children.push_back(std::move(first));
  while (token_.is_keyword(keyword)) {
    take();
    node.children.push_back((this->*read_part)());
  }
  node.span.end = last_end_;
  return node;
}

Node Parser::expression() { return chain(Node::Type::any, "or", &Parser::conjunction); }

Node Parser::conjunction() { return chain(Node::Type::all, "and", &Parser::factor); }

Node Parser::factor() {
  const bool negates = token_.is_keyword("not");
  const bool groups = token_.is_symbol("(");
  count_node(!negates && !groups);
  if (negates) return negation();
  if (groups) return group();
  if (token_.is_keyword("filter") && at_function()) return saved();
  return condition();
}

Node Parser::negation() {
  enter();
  Node node;
  node.type = Node::Type::negation;
  node.span.begin = take().span.begin;
  node.children.push_back(factor());
  node.span.end = last_end_;
  --depth_;
  return node;
}

Node Parser::group() {
  enter();
  const Token open = take();
  Node node = expression();
  if (!token_.is_symbol(")")) unexpected("'and', 'or' or ')'");
  take();
  node.span = {open.span.begin, last_end_};
  --depth_;
  return node;
}

Node Parser::saved() {
  Node node;
  node.type = Node::Type::saved;
  node.span.begin = take().span.begin;
  expect_symbol("(", "'('");
  if (token_.kind != Token::Kind::text) unexpected("the name of a saved filter in single quotes");
  node.saved_name = take().text;
  expect_symbol(")", "')' after the name of the saved filter");
  node.span.end = last_end_;
  return node;
}

namespace {

Node parse(std::string_view expression, Schema schema, std::vector<Failure>* unknown) {
  if (expression.size() > max_expression_bytes) {
    fail(0, fmt::format("the expression is longer than {} bytes; split it", max_expression_bytes),
         Status::limit);
  }
  return Parser(expression, schema, unknown).parse();
}

}  // namespace

Node parse_expression(std::string_view expression, Schema schema) {
  return parse(expression, schema, nullptr);
}

Node parse_expression(std::string_view expression, Schema schema, std::vector<Failure>& unknown) {
  return parse(expression, schema, &unknown);
}

}  // namespace weir::filter
