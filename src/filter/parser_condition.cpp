// The part of the parser that reads one condition, and says what is wrong with it.
#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "filter/parser.h"
#include "filter/words.h"

namespace weir::filter {

using Kind = Token::Kind;

Node Parser::condition() {
  Node node;
  node.type = Node::Type::condition;
  node.span.begin = token_.span.begin;
  node.left = EventField{left_field()};
  node.op = operation();
  node.right_span.begin = token_.span.begin;
  node.right = right_operand(node);
  node.right_span.end = last_end_;
  if (token_.is_keyword("nocase")) {
    take();
    node.ignore_case = true;
  }
  node.span.end = last_end_;
  return node;
}

void Parser::refuse_later_operand() const {
  if (token_.kind == Kind::variable) {
    fail(token_.span.begin,
         fmt::format("'{}' is a variable of correlation rules, not an event field; aggregation and "
                     "enrichment rules have none",
                     token_.text));
  }
  const std::string_view later = at_function() ? later_operand(token_.text) : std::string_view();
  if (!later.empty()) {
    fail(token_.span.begin, fmt::format("'{}' is not supported yet", later), Status::not_supported);
  }
}

FieldId Parser::left_field() {
  refuse_later_operand();
  if (const auto op = find_operator(token_.text); token_.kind == Kind::name && op) {
    if (!traits(*op).supported) {
      fail(token_.span.begin, fmt::format("'{}' is not supported yet", operator_name(*op)),
           Status::not_supported);
    }
    fail(token_.span.begin,
         fmt::format("'{}' needs an event field on its left", operator_name(*op)));
  }
  if (token_.kind == Kind::text || token_.kind == Kind::number || token_.is_symbol("[")) {
    fail(token_.span.begin, fmt::format("a {} cannot stand left of an operator; write the event "
                                        "field first",
                                        token_.is_symbol("[") ? "list" : "constant"));
  }
  left_name_ = token_.text;
  return field();
}

// What holds a map or a list of maps has no value to compare. In an open schema only Extra is such.
void Parser::refuse_structured(FieldId id, std::uint32_t offset) const {
  if (field_name(id) == "Extra") {
    fail(offset, "'Extra' is a map; name one of its keys: Extra.<key>");
  }
  if (field_type(id, schema_) != FieldType::structured) return;
  fail(offset, fmt::format("'{}' holds structured data, which no operator takes; use another field",
                           field_name(id)));
}

FieldId Parser::field() {
  const bool named =
      token_.kind == Kind::field || (token_.kind == Kind::name && !is_reserved(token_.text));
  if (!named) unexpected("a condition, such as DestinationPort = 443");
  const Token name = take();
  if (schema_ == Schema::open && (name.text.empty() || name.text.size() > max_open_name)) {
    fail(name.span.begin, fmt::format("the name of a field has 1 to {} bytes, not {}",
                                      max_open_name, name.text.size()));
  }
  FieldId id = 0;
  try {
    id = field_id(name.text, schema_);
  } catch (const Failure& failure) {
    // To the reader of a filter an unknown name is a fault of the filter.
    const Status status =
        failure.status() == Status::not_found ? Status::invalid_document : failure.status();
    fail(name.span.begin, failure.what(), status);
  }
  refuse_structured(id, name.span.begin);
  return id;
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
  if (token_.kind != Kind::name || is_reserved(token_.text)) {
    unexpected(fmt::format("an operator after '{}'", left_name_));
  }
  std::array<std::string_view, operator_count> names;
  for (std::size_t i = 0; i < operator_count; ++i) names[i] = operators[i].name;
  const std::string suggestion = did_you_mean(token_.text, names);
  fail(token_.span.begin,
       fmt::format("unknown operator '{}'{}", token_.text,
                   suggestion.empty() ? "; the operators are =, <, <=, >, >=, inSubnet, contains, "
                                        "startsWith, endsWith, match and hasBit"
                                      : suggestion));
}

Operator Parser::operation() {
  const bool word = token_.kind == Kind::name || token_.kind == Kind::symbol;
  const auto op = word ? find_operator(token_.text) : std::nullopt;
  if (!op) unknown_operator();
  if (!traits(*op).supported) {
    fail(token_.span.begin, fmt::format("'{}' is not supported yet", operator_name(*op)),
         Status::not_supported);
  }
  take();
  return *op;
}

Operand Parser::right_operand(Node& condition) {
  if (token_.is_symbol("[")) return list(condition.item_spans);
  if (token_.kind == Kind::text || token_.kind == Kind::number) return constant();
  refuse_later_operand();
  const bool name =
      token_.kind == Kind::field || (token_.kind == Kind::name && !is_reserved(token_.text));
  if (!name) {
    unexpected(fmt::format("a text, a number, a list or an event field after '{}'",
                           operator_name(condition.op)));
  }
  return EventField{field()};
}

Constant Parser::constant() {
  const bool quoted = token_.kind == Kind::text;
  return {take().text, quoted};
}

List Parser::list(std::vector<Span>& item_spans) {
  List items;
  take();
  if (token_.is_symbol("]")) fail(token_.span.begin, "the list is empty; write at least one item");
  for (;;) {
    if (token_.kind != Kind::text && token_.kind != Kind::number) {
      unexpected("a text or a number in the list");
    }
    item_spans.push_back(token_.span);
    items.items.push_back(constant());
    if (!token_.is_symbol(",")) break;
    take();
  }
  expect_symbol("]", "',' or ']' in the list");
  return items;
}

}  // namespace weir::filter
