// Trees of all kinds of nodes and operands, as the parser makes them: groups of two or more, no
// group within one of its own kind but in parentheses, one child in a negation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "filter/tree.h"
#include "filter/words.h"

namespace weir::filter {

class RandomTree {
 public:
  explicit RandomTree(std::uint64_t seed) : random_(seed) {}

  Node node(int depth) {
    switch (depth == 0 ? below(5) + 3 : below(8)) {
      case 0:
        return group(Node::Type::all, depth);
      case 1:
        return group(Node::Type::any, depth);
      case 2: {
        Node negation;
        negation.type = Node::Type::negation;
        negation.children.push_back(node(depth - 1));
        return negation;
      }
      case 3: {
        Node saved;
        saved.type = Node::Type::saved;
        saved.saved_name = text();
        return saved;
      }
      default:
        return condition(static_cast<Operator>(below(operator_count)));
    }
  }

  // Of an operator with operands that it takes.
  Node condition(Operator op) {
    Node node;
    node.type = Node::Type::condition;
    node.op = op;
    node.left = operand_of(pick(traits(op).left));
    node.right = operand_of(pick(traits(op).right));
    if (is_function(op)) make_question(node);
    node.ignore_case = below(4) == 0;
    if (op == Operator::has_vulnerability && below(2) == 0) node.min_severity = below(5);
    return node;
  }

  std::uint32_t below(std::size_t bound) {
    return static_cast<std::uint32_t>(random_() % static_cast<std::uint64_t>(bound));
  }

 private:
  Node group(Node::Type type, int depth) {
    Node node;
    node.type = type;
    for (std::uint32_t i = 0; i < 2 + below(3); ++i) node.children.push_back(this->node(depth - 1));
    return node;
  }

  // One of the kinds in a set.
  OperandKinds pick(OperandKinds kinds) {
    for (;;) {
      const auto kind = static_cast<OperandKinds>(1U << below(9));
      if ((kinds & kind) != 0) return kind;
    }
  }

  Operand operand_of(OperandKinds kind) {
    for (const OperandFunction& function : operand_functions) {
      if (kind == function.kind && kind != operand::intelligence) return lookup(function.lookup);
    }
    if (kind == operand::field) return EventField{field()};
    if (kind == operand::constant) return constant();
    if (kind == operand::list) {
      List list;
      for (std::uint32_t i = 0; i < 1 + below(3); ++i) list.items.push_back(constant());
      return list;
    }
    if (kind == operand::intelligence) return Intelligence{text(), field(), text()};
    return Nothing{};
  }

  Lookup lookup(lookup::Kind kind) {
    Lookup made{kind, text(), {}, {}, {}};
    if (kind != lookup::Kind::dictionary) made.column = text();
    for (std::uint32_t i = 0; i < 1 + below(3); ++i) made.keys.push_back(field());
    if (below(3) == 0) made.index = below(3) == 0 ? ~0U : below(10);
    return made;
  }

  // Asks for the entry, not for a value of it.
  static void make_question(Node& node) {
    if (auto* lookup = std::get_if<Lookup>(&node.left)) {
      lookup->column.clear();
      lookup->index.reset();
    } else {
      std::get<Intelligence>(node.left).key.clear();
    }
  }

  Constant constant() {
    constexpr std::array<const char*, 5> numbers{"0", "-1", "443", "0.50", "-9223372036854775808"};
    if (below(2) == 0) return {numbers[below(numbers.size())], false};
    return {text(), true};
  }

  std::string text() {
    constexpr std::array<const char*, 9> choices{"",    "a",   "it's", "'", "not (",
                                                 "жук", "a|b", "`",    "\\"};
    return choices[below(choices.size())];
  }

  // Of an open schema, so that names of operators, functions and keywords are among them.
  FieldId field() {
    constexpr std::array<const char*, 19> names{
        "Name",   "S.имя",   "Extra.a.b", "user agent", "a`b",      "not",        "filter",
        "nocase", "table",   "ti",        "dictionary", "severity", "activelist", "contains",
        "or",     "matches", "TIDetect",  "7zip",       "a-b"};
    return open_field_id(names[below(names.size())]);
  }

  std::mt19937_64 random_;
};

}  // namespace weir::filter
