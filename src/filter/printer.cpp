// A tree as the expression that reads back as it.
#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>

#include "filter/token.h"
#include "filter/tree.h"
#include "filter/words.h"

namespace weir::filter {
namespace {

// What an expression is put into: decides about parentheses.
enum class Place : unsigned char { alone, in_any, in_all, in_negation };

void append_quoted(std::string& out, std::string_view text, char quote) {
  out += quote;
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  out += quote;
}

void append_literal(std::string& out, const Constant& constant) {
  if (constant.quoted) {
    append_quoted(out, constant.text, '\'');
  } else {
    out += constant.text;
  }
}

// A name of an operator's is quoted wherever it stands. One of an operand function's need not be:
// only a parenthesis makes it one, and none ever follows a field.
void append_field(std::string& out, FieldId id) {
  const std::string_view name = field_name(id);
  const bool plain = is_plain_name(name) && !is_reserved(name) && !find_operator(name);
  if (plain) {
    out += name;
  } else {
    append_quoted(out, name, '`');
  }
}

void append_list(std::string& out, const List& list) {
  out += '[';
  std::string_view separator;
  for (const Constant& item : list.items) {
    out += separator;
    append_literal(out, item);
    separator = ", ";
  }
  out += ']';
}

void append_lookup(std::string& out, const Lookup& lookup, std::string_view function,
                   bool has_column) {
  out += function;
  out += '(';
  append_quoted(out, lookup.name, '\'');
  if (has_column) {
    out += ", ";
    append_quoted(out, lookup.column, '\'');
  }
  for (const FieldId key : lookup.keys) {
    out += ", ";
    append_field(out, key);
  }
  out += ')';
  if (lookup.index) fmt::format_to(std::back_inserter(out), "[{}]", *lookup.index);
}

void append_intelligence(std::string& out, const Intelligence& intelligence) {
  out += "ti(";
  append_quoted(out, intelligence.category, '\'');
  out += ", ";
  append_field(out, intelligence.field);
  out += ", ";
  append_quoted(out, intelligence.key, '\'');
  out += ')';
}

void append_operand(std::string& out, const Operand& operand) {
  if (const auto* field = std::get_if<EventField>(&operand)) {
    append_field(out, field->id);
  } else if (const auto* constant = std::get_if<Constant>(&operand)) {
    append_literal(out, *constant);
  } else if (const auto* list = std::get_if<List>(&operand)) {
    append_list(out, *list);
  } else if (const auto* lookup = std::get_if<Lookup>(&operand)) {
    const bool has_column = lookup->kind != lookup::Kind::dictionary;
    append_lookup(out, *lookup, function_name(lookup->kind), has_column);
  } else if (const auto* intelligence = std::get_if<Intelligence>(&operand)) {
    append_intelligence(out, *intelligence);
  }
}

// A condition without a left side: inDictionary('Name', Key), TIDetect('category', Field).
void append_question(std::string& out, const Node& node) {
  const auto* intelligence = std::get_if<Intelligence>(&node.left);
  if (intelligence == nullptr) {
    append_lookup(out, std::get<Lookup>(node.left), operator_name(node.op), false);
    return;
  }
  out += operator_name(node.op);
  out += '(';
  if (!intelligence->category.empty()) {
    append_quoted(out, intelligence->category, '\'');
    out += ", ";
  }
  append_field(out, intelligence->field);
  out += ')';
}

void append_condition(std::string& out, const Node& node) {
  const bool asks =
      std::holds_alternative<Intelligence>(node.left) || std::holds_alternative<Lookup>(node.left);
  if (is_function(node.op) && asks) {
    append_question(out, node);
  } else {
    append_operand(out, node.left);
    out += ' ';
    out += operator_name(node.op);
    if (!std::holds_alternative<Nothing>(node.right)) out += ' ';
    append_operand(out, node.right);
    if (node.op == Operator::has_vulnerability && node.min_severity != 0) {
      fmt::format_to(std::back_inserter(out), " severity {}", node.min_severity);
    }
  }
  if (node.ignore_case) out += " nocase";
}

void append(std::string& out, const Node& node, Place place);

void append_group(std::string& out, const std::vector<Node>& children, bool all, Place place) {
  if (children.empty()) {
    out += all ? "()" : "not ()";
    return;
  }
  if (children.size() == 1) {
    append(out, children[0], place);
    return;
  }
  // 'and' binds tighter than 'or', so only these need no parentheses.
  const bool bare = place == Place::alone || (all && place == Place::in_any);
  if (!bare) out += '(';
  std::string_view separator;
  for (const Node& child : children) {
    out += separator;
    append(out, child, all ? Place::in_all : Place::in_any);
    separator = all ? " and " : " or ";
  }
  if (!bare) out += ')';
}

void append(std::string& out, const Node& node, Place place) {
  switch (node.type) {
    case Node::Type::all:
    case Node::Type::any:
      append_group(out, node.children, node.type == Node::Type::all, place);
      break;
    case Node::Type::negation:
      out += "not ";
      append_group(out, node.children, true, Place::in_negation);
      break;
    case Node::Type::condition:
      append_condition(out, node);
      break;
    case Node::Type::saved:
      out += "filter(";
      append_quoted(out, node.saved_name, '\'');
      out += ')';
      break;
  }
}

}  // namespace

std::string to_expression(const Node& node) {
  std::string out;
  append(out, node, Place::alone);
  return out;
}

}  // namespace weir::filter
