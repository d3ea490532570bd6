// The part of the parser that reads operands: fields, constants, lists, lookups.
#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "base/text.h"
#include "filter/operand_check.h"
#include "filter/parser.h"
#include "filter/words.h"

namespace weir::filter {
namespace {

// Each costs a search for what was meant.
constexpr std::size_t max_unknown = 100;

// What may precede a parenthesis.
std::vector<std::string_view> names_of_functions() {
  std::vector<std::string_view> names{"filter"};
  for (const OperandFunction& function : operand_functions) names.push_back(function.name);
  for (std::size_t i = 0; i < operator_count; ++i) {
    if (is_function(static_cast<Operator>(i))) names.push_back(operators[i].name);
  }
  return names;
}

}  // namespace

void Parser::refuse_variable() const {
  if (token_.kind != Token::Kind::variable) return;
  fail(token_.span.begin,
       fmt::format("'{}' is a variable of correlation rules, not an event field; aggregation and "
                   "enrichment rules have none",
                   token_.text));
}

bool Parser::at_field() const noexcept {
  return token_.kind == Token::Kind::field ||
         (token_.kind == Token::Kind::name && !is_reserved(token_.text));
}

// A name before a parenthesis, unless it is a field's: then the message about the parenthesis says
// more.
void Parser::refuse_function() const {
  if (!at_function()) return;
  const std::vector<std::string_view> names = names_of_functions();
  std::string hint = did_you_mean(token_.text, names);
  FieldId id = 0;
  if (hint.empty() && schema_ == Schema::kuma && find_field(token_.text, id)) return;
  if (hint.empty()) hint = fmt::format("; the functions are {}", fmt::join(names, ", "));
  fail(token_.span.begin, fmt::format("unknown function '{}'{}", token_.text, hint));
}

// A field, or what a function finds. REQUIRES at_field()
Operand Parser::found(std::vector<Span>& parts) {
  const OperandFunction* function = at_function() ? find_operand_function(token_.text) : nullptr;
  if (function == nullptr) {
    refuse_function();
    return EventField{field("an event field")};
  }
  if (function->kind == operand::intelligence) return intelligence();
  Lookup value = lookup(function->lookup, function->kind != operand::dictionary, parts);
  if (token_.is_symbol("[")) value.index = index(parts);
  return value;
}

// REQUIRES at_function()
Lookup Parser::lookup(lookup::Kind kind, bool has_column, std::vector<Span>& parts) {
  Lookup lookup;
  lookup.kind = kind;
  take();
  take();  // the parenthesis
  const std::string_view called = lookup::kind_name(kind);
  parts.push_back(token_.span);
  lookup.name = text(fmt::format("the name of the {} in single quotes", called)).text;
  if (has_column) {
    expect_symbol(",", "',' and the name of a column in single quotes");
    parts.push_back(token_.span);
    lookup.column = text("the name of a column in single quotes").text;
  }
  if (!token_.is_symbol(",")) unexpected("',' and the event field that is the key");
  read_keys(lookup, parts);
  expect_symbol(")", fmt::format("',' or ')' after the key of the {}", called));
  return lookup;
}

void Parser::read_keys(Lookup& lookup, std::vector<Span>& parts) {
  while (token_.is_symbol(",")) {
    take();
    parts.push_back(token_.span);
    lookup.keys.push_back(field("an event field as the key"));
  }
}

std::uint32_t Parser::index(std::vector<Span>& parts) {
  take();
  parts.push_back(token_.span);
  const std::uint32_t index = whole_number("a whole number, counted from 0, as the index");
  expect_symbol("]", "']' after the index");
  return index;
}

// REQUIRES at_function()
Intelligence Parser::intelligence() {
  Intelligence intelligence;
  take();
  take();  // the parenthesis
  intelligence.category = text("a category in single quotes, '' for any").text;
  expect_symbol(",", "',' and an event field after the category");
  intelligence.field = field("an event field after the category");
  expect_symbol(",", "',' and a key of the context in single quotes");
  intelligence.key = text("a key of the context in single quotes").text;
  expect_symbol(")", "')' after the key of the context");
  return intelligence;
}

// Whether what has been read can be a field, wherever one stands.
bool Parser::may_follow_field() const noexcept {
  if (token_.kind == Token::Kind::end) return true;
  if (token_.kind == Token::Kind::symbol) return token_.text != "(";
  return token_.kind == Token::Kind::name &&
         (is_reserved(token_.text) || find_operator(token_.text));
}

// Some field or other if it is not and that has been collected.
FieldId Parser::known(const Token& name) {
  try {
    return field_id(name.text, schema_);
  } catch (const Failure& failure) {
    if (failure.status() != Status::not_found)
      fail(name.span.begin, failure.what(), failure.status());
    // To the reader of a filter an unknown name is a fault of the filter.
    const Failure told(Status::invalid_document, failure.what(), Position{name.span.begin});
    // Where the rest makes no sense either it is one mistake, not two.
    const bool goes_on =
        unknown_ != nullptr && unknown_->size() < max_unknown && may_follow_field();
    if (!goes_on) throw Failure(told);
    unknown_->push_back(told);
    return 0;
  }
}

FieldId Parser::field(std::string_view expected) {
  refuse_variable();
  if (!at_field()) unexpected(expected);
  const Token name = take();
  if (schema_ == Schema::open && (name.text.empty() || name.text.size() > max_open_name)) {
    fail(name.span.begin, fmt::format("the name of a field has 1 to {} bytes, not {}",
                                      max_open_name, name.text.size()));
  }
  const FieldId id = known(name);
  // `TI = ''` asks whether it is there, which may be asked of any field.
  const bool asks_for_absence =
      token_.is_symbol("=") && ahead_.kind == Token::Kind::text && ahead_.text.empty();
  const bool structured = field_type(id, schema_) == FieldType::structured;
  if (!structured || !asks_for_absence) check_field(id, schema_, name.span.begin);
  return id;
}

Token Parser::text(std::string_view expected) {
  if (token_.kind != Token::Kind::text) unexpected(expected);
  return take();
}

std::uint32_t Parser::whole_number(std::string_view expected) {
  std::uint32_t number = 0;
  const char* const end = token_.text.data() + token_.text.size();
  const auto [read, error] = std::from_chars(token_.text.data(), end, number);
  if (token_.kind != Token::Kind::number || read != end || error != std::errc())
    unexpected(expected);
  take();
  return number;
}

Constant Parser::constant() {
  const bool quoted = token_.kind == Token::Kind::text;
  return {take().text, quoted};
}

List Parser::list(std::vector<Span>& item_spans) {
  List items;
  take();
  if (token_.is_symbol("]")) fail(token_.span.begin, "the list is empty; write at least one item");
  for (;;) {
    if (token_.kind != Token::Kind::text && token_.kind != Token::Kind::number) {
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
