// The part of the parser that reads one condition, and says what is wrong with it.
#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "filter/parser.h"
#include "filter/words.h"

namespace weir::filter {
namespace {

constexpr std::string_view severity_keyword = "severity";

// Those that may follow a left side.
std::string names_of_comparisons() {
  std::string names;
  std::string_view last;
  for (std::size_t i = 0; i < operator_count; ++i) {
    if (is_function(static_cast<Operator>(i))) continue;
    if (!last.empty()) names.append(last).append(", ");
    last = operators[i].name;
  }
  names.resize(names.size() - 2);
  return names.append(" and ").append(last);
}

}  // namespace

Node Parser::condition() {
  Node node;
  node.type = Node::Type::condition;
  node.span.begin = token_.span.begin;
  if (const auto op = question()) {
    read_question(node, *op);
  } else {
    read_comparison(node);
  }
  if (token_.is_keyword("nocase")) {
    take();
    node.ignore_case = true;
  }
  node.span.end = last_end_;
  return node;
}

// The operator of a condition without a left side, if one begins here.
std::optional<Operator> Parser::question() const noexcept {
  const auto op = at_function() ? find_operator(token_.text) : std::nullopt;
  return op && is_function(*op) ? op : std::nullopt;
}

void Parser::read_question(Node& node, Operator op) {
  node.op = op;
  node.op_span = token_.span;
  node.right = Nothing{};
  if (op != Operator::ti_detect) {
    const lookup::Kind kind = op == Operator::in_dictionary    ? lookup::Kind::dictionary
                              : op == Operator::in_active_list ? lookup::Kind::active_list
                                                               : lookup::Kind::context_table;
    node.left = lookup(kind, false, node.left_parts);
    return;
  }
  Intelligence asked;
  take();
  take();  // the parenthesis
  if (token_.kind == Token::Kind::text) {
    asked.category = take().text;
    expect_symbol(",", "',' and an event field after the category");
  }
  asked.field = field("a category in single quotes or an event field");
  expect_symbol(")", "')' after the event field");
  node.left = std::move(asked);
}

void Parser::read_comparison(Node& node) {
  node.left = left_operand(node);
  node.op_span = token_.span;
  node.op = operation();
  const bool asks_asset = node.op == Operator::has_vulnerability;
  const bool has_right = token_.kind == Token::Kind::text || token_.kind == Token::Kind::number ||
                         token_.kind == Token::Kind::variable || token_.is_symbol("[") ||
                         (at_field() && !token_.is_keyword(severity_keyword));
  if (asks_asset && !has_right) {
    node.right = Nothing{};
    node.right_span = node.op_span;
  } else {
    node.right_span.begin = token_.span.begin;
    node.right = right_operand(node);
    node.right_span.end = last_end_;
  }
  if (asks_asset && token_.is_keyword(severity_keyword)) {
    take();
    node.min_severity = whole_number("a whole number after 'severity'");
  }
}

Operand Parser::left_operand(Node& node) {
  refuse_variable();
  const auto op = token_.kind == Token::Kind::name ? find_operator(token_.text) : std::nullopt;
  if (op && is_function(*op)) {
    fail(token_.span.begin,
         fmt::format("'{}' is followed by parentheses: {}", operator_name(*op), usage(*op)));
  }
  if (op) {
    fail(token_.span.begin,
         fmt::format("'{}' needs an event field on its left", operator_name(*op)));
  }
  if (token_.kind == Token::Kind::text || token_.kind == Token::Kind::number ||
      token_.is_symbol("[")) {
    fail(token_.span.begin, fmt::format("a {} cannot stand left of an operator; write the event "
                                        "field first",
                                        token_.is_symbol("[") ? "list" : "constant"));
  }
  left_name_ = at_function() ? token_.text + "(…)" : token_.text;
  if (!at_field()) unexpected("a condition, such as DestinationPort = 443");
  return found(node.left_parts);
}

void Parser::unknown_operator() const {
  if (token_.is_symbol("!=") || token_.is_symbol("<>") || token_.is_symbol("!~")) {
    fail(token_.span.begin, fmt::format("'{}' is not an operator; write 'not {} {} …'", token_.text,
                                        left_name_, token_.text == "!~" ? "match" : "="));
  }
  if (token_.is_keyword("not")) {
    fail(token_.span.begin,
         fmt::format("'not' stands before the condition: 'not {} …'", left_name_));
  }
  if (token_.kind != Token::Kind::name || is_reserved(token_.text)) {
    unexpected(fmt::format("an operator after '{}'", left_name_));
  }
  std::array<std::string_view, operator_count> names;
  for (std::size_t i = 0; i < operator_count; ++i) names[i] = operators[i].name;
  const std::string suggestion = did_you_mean(token_.text, names);
  fail(token_.span.begin,
       fmt::format(
           "unknown operator '{}'{}", token_.text,
           suggestion.empty() ? "; the operators are " + names_of_comparisons() : suggestion));
}

Operator Parser::operation() {
  const bool word = token_.kind == Token::Kind::name || token_.kind == Token::Kind::symbol;
  const auto op = word ? find_operator(token_.text) : std::nullopt;
  if (!op) unknown_operator();
  if (is_function(*op)) {
    fail(token_.span.begin,
         fmt::format("'{}' has no left side; write {}", operator_name(*op), usage(*op)));
  }
  take();
  return *op;
}

Operand Parser::right_operand(Node& node) {
  if (token_.is_symbol("[")) return list(node.item_spans);
  if (token_.kind == Token::Kind::text || token_.kind == Token::Kind::number) return constant();
  refuse_variable();
  if (question()) {
    fail(token_.span.begin,
         fmt::format("'{}' is a condition of its own, which cannot stand right of '{}'; join the "
                     "two with 'and' or 'or'",
                     operator_name(*question()), operator_name(node.op)));
  }
  if (schema_ == Schema::kuma && (token_.is_keyword("true") || token_.is_keyword("false"))) {
    fail(token_.span.begin,
         fmt::format("'{}' is no constant by itself; put it in single quotes", token_.text));
  }
  if (!at_field()) {
    unexpected(fmt::format("a text, a number, a list or an event field after '{}'",
                           operator_name(node.op)));
  }
  return found(node.item_spans);
}

}  // namespace weir::filter
