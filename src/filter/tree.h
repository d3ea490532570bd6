// A filter as it was written: the tree that the expression parser, the document reader and the
// reader of KUMA's filters make, that the compiler turns into a program, and that says whether two
// filters mean the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "event/schema.h"
#include "lookup/table.h"

namespace weir::filter {

enum class Operator : std::uint8_t {
  equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in_subnet,
  contains,
  starts_with,
  ends_with,
  match,
  has_bit,
  in_dictionary,
  in_active_list,
  in_context_table,
  has_vulnerability,
  in_category,
  in_active_directory_group,
  ti_detect,
};

// Where something stands in the text that it came from, in bytes.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct EventField {
  FieldId id = 0;
  friend bool operator==(const EventField&, const EventField&) = default;
};
struct Constant {
  std::string text;     // as written, unquoted
  bool quoted = false;  // 'text', against a bare number
  friend bool operator==(const Constant&, const Constant&) = default;
};
struct List {
  std::vector<Constant> items;
  friend bool operator==(const List&, const List&) = default;
};

// One value of an entry of a lookup: dictionary('Name', Key…), table('Name', 'column', Key…). Left
// of inDictionary, inActiveList and inContextTable the entry itself.
struct Lookup {
  lookup::Kind kind = lookup::Kind::dictionary;
  std::string name;                    // or id
  std::string column;                  // empty: of a dictionary, and where it is the entry itself
  std::vector<FieldId> keys;           // the fields whose values, joined with '|', are the key
  std::optional<std::uint32_t> index;  // which element of a list in a context table, from 0
  friend bool operator==(const Lookup&, const Lookup&) = default;
};
// Threat intelligence that the event carries for a field: ti('category', Field, 'key'), and without
// a key what TIDetect asks for.
struct Intelligence {
  std::string category;  // empty: any
  FieldId field = 0;
  std::string key;  // of the context
  friend bool operator==(const Intelligence&, const Intelligence&) = default;
};
// Nothing stands there: right of inDictionary, TIDetect and the like.
struct Nothing {
  friend bool operator==(const Nothing&, const Nothing&) = default;
};

using Operand = std::variant<EventField, Constant, List, Lookup, Intelligence, Nothing>;

struct Node {
  enum class Type : std::uint8_t { all, any, negation, condition, saved };
  Type type = Type::all;
  Span span;

  std::vector<Node> children;  // all, any; negation: joined with AND, then negated

  // condition
  Operator op = Operator::equal;
  Operand left;
  Operand right;
  bool ignore_case = false;
  std::uint32_t min_severity = 0;  // of hasVulnerability; 0: any
  // For messages; all of them may be missing, of a tree that comes from no expression.
  Span op_span;
  Span right_span;
  std::vector<Span> left_parts;  // of a lookup: its name, its column if it has one, its keys, index
  std::vector<Span> item_spans;  // of the items of the list on the right, or a lookup's parts there

  std::string saved_name;  // saved: the name of a saved filter
};

std::string_view operator_name(Operator op) noexcept;

// Reads an expression, whose fields are named as `schema` has them. Throws
// Failure(invalid_document) whose position.offset is in `expression`; limit if that is too long.
// Whether an operator takes its operands is seen when the tree is compiled.
Node parse_expression(std::string_view expression, Schema schema = Schema::kuma);

// The same, but goes on past unknown fields, up to a hundred, and adds what it would have thrown.
// The tree is of use only if it added nothing.
Node parse_expression(std::string_view expression, Schema schema, std::vector<Failure>& unknown);

// The expression that reads back as the same tree; spans do not count. Two trees mean the same if
// their expressions are equal. A group without children, which no expression can write, is shown as
// `()` if it matches everything and `not ()` if it matches nothing.
std::string to_expression(const Node& node);

}  // namespace weir::filter
