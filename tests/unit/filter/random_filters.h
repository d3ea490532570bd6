// Random trees of conditions with every operator and operand, on what random_events.h makes.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "naive.h"
#include "random_events.h"

namespace weir::filter {

class RandomFilters : public RandomEvents {
 public:
  using RandomEvents::RandomEvents;

  Node tree(int depth) {
    if (depth == 0 || one_in(3)) return condition();
    Node node;
    node.type = pick(std::array{Node::Type::all, Node::Type::any, Node::Type::negation});
    for (std::size_t n = 1 + below(4); n > 0; --n) node.children.push_back(tree(depth - 1));
    return node;
  }

  // Of one left side and operator; negated and joined with and, or plain and joined with or.
  Node alternatives() {
    const Operator op =
        pick(std::array{Operator::equal, Operator::in_subnet, Operator::contains,
                        Operator::starts_with, Operator::ends_with, Operator::match});
    const Operand of = left(op);
    const bool ignore_case = one_in(3);
    const bool negated = one_in(2);
    Node node;
    node.type = negated ? Node::Type::all : Node::Type::any;
    for (std::size_t n = 2 + below(12); n > 0; --n) {
      Node child = condition();
      child.op = op;
      child.left = of;
      child.ignore_case = ignore_case;
      child.right = constant(op, naive::type_of(of, shapes_));
      if (negated) {
        Node inner = std::move(child);
        child = {};
        child.type = Node::Type::negation;
        child.children.push_back(std::move(inner));
      }
      node.children.push_back(std::move(child));
    }
    return node;
  }

 private:
  static bool is_array(FieldId id) { return field_name(id).substr(1).starts_with("A."); }

  // One constant that the operator takes for the field.
  Constant constant(Operator op, FieldType type) {
    const auto bare = [](auto number) { return Constant{std::to_string(number), false}; };
    if (op == Operator::in_subnet) return {std::string(pick(subnets)), true};
    if (op == Operator::match) return {std::string(pick(patterns)), true};
    if (op == Operator::has_bit) return bare(below(64));
    const bool compares = op <= Operator::greater_equal;
    if (op == Operator::equal && one_in(6)) return {"", true};
    if (compares && (type == FieldType::number || type == FieldType::number_array)) {
      if (op != Operator::equal && one_in(3)) return {"2.5", one_in(2)};
      return {std::to_string(pick(integers)), one_in(2)};
    }
    if (compares && (type == FieldType::floating || type == FieldType::float_array)) {
      return bare(pick(doubles));
    }
    if (one_in(4)) return bare(pick(std::array{7, -3, 1}));
    if (type == FieldType::any && one_in(4)) return bare(pick(integers));
    if (type == FieldType::any && one_in(4)) return {one_in(2) ? "2.5" : "7.0", one_in(3)};
    return {std::string(pick(texts)), true};
  }

  FieldId scalar_field() {
    FieldId field = open_field_id(pick(field_names));
    while (is_array(field)) field = open_field_id(pick(field_names));
    return field;
  }

  // scalar: one that gives a single value.
  Lookup lookup(bool scalar) {
    Lookup made;
    made.keys = {scalar_field()};
    switch (below(4)) {
      case 0:
        made.name = "d";
        return made;
      case 1:
        made.kind = lookup::Kind::table;
        made.name = "t";
        made.column = one_in(2) ? "a" : "b";
        return made;
      case 2:
        made.kind = lookup::Kind::active_list;
        made.name = "l";
        made.column = "v";
        made.keys.push_back(scalar_field());
        return made;
      default:
        break;
    }
    made.kind = lookup::Kind::context_table;
    made.name = "c";
    const lookup::Column& column = context_columns[below(context_columns.size())];
    made.column = column.name;
    const bool list = weir::is_array(column.type);
    if (list && (scalar || one_in(2))) made.index = static_cast<std::uint32_t>(below(3));
    return made;
  }

  Intelligence asked() {
    const std::string_view categories[] = {"", "bot\nnet", "phish\"ing", "none"};
    return {std::string(categories[below(4)]), open_field_id(pick(field_names)),
            one_in(4) ? "other" : "k\\ey"};
  }

  Operand left(Operator op) {
    const bool order = op > Operator::equal && op <= Operator::greater_equal;
    const bool scalar = order || op == Operator::has_bit;
    if (one_in(4)) return lookup(scalar);
    if (one_in(6) && op != Operator::has_bit && op < Operator::in_dictionary) return asked();
    return EventField{scalar ? scalar_field() : open_field_id(pick(field_names))};
  }

  Operand right(bool order) {
    if (one_in(3)) return lookup(true);
    if (one_in(5) && !order) return asked();
    return EventField{scalar_field()};
  }

  Operand listed(const std::vector<std::string>& from) {
    if (one_in(3)) return Constant{from[below(from.size())], true};
    List list;
    for (std::size_t n = 1 + below(3); n > 0; --n)
      list.items.push_back({from[below(from.size())], true});
    return list;
  }

  // An operator without a left side, or about assets and accounts.
  Node question() {
    Node node;
    node.type = Node::Type::condition;
    node.right = Nothing{};
    node.op = static_cast<Operator>(static_cast<std::size_t>(Operator::in_dictionary) + below(7));
    switch (node.op) {
      case Operator::in_dictionary:
      case Operator::in_active_list:
      case Operator::in_context_table: {
        Lookup of;
        of.kind = node.op == Operator::in_dictionary    ? lookup::Kind::dictionary
                  : node.op == Operator::in_active_list ? lookup::Kind::active_list
                                                        : lookup::Kind::context_table;
        of.name = node.op == Operator::in_dictionary    ? "d"
                  : node.op == Operator::in_active_list ? "l"
                                                        : "c";
        of.keys = {scalar_field()};
        if (node.op == Operator::in_active_list) of.keys.push_back(scalar_field());
        node.left = of;
        return node;
      }
      case Operator::ti_detect: {
        Intelligence of = asked();
        of.key.clear();
        node.left = of;
        return node;
      }
      case Operator::has_vulnerability:
        node.left = left(node.op);
        node.min_severity = static_cast<std::uint32_t>(below(4));
        if (!one_in(3)) node.right = listed({"cve-2021-1", "CVE-2021-2", "CVE-2022-3", "CVE-0-0"});
        return node;
      default:
        node.left = left(node.op);
        node.right = listed({"a", "a/b", "a/b/c", "b", "ab"});
        return node;
    }
  }

  Node condition() {
    if (one_in(5)) return question();
    Node node;
    node.type = Node::Type::condition;
    node.op = static_cast<Operator>(below(11));
    const bool order = node.op > Operator::equal && node.op <= Operator::greater_equal;
    node.left = left(node.op);
    node.ignore_case = one_in(3);
    const FieldType type = naive::type_of(node.left, shapes_);
    if (node.op != Operator::match && node.op != Operator::has_bit && one_in(4)) {
      node.right = right(order);
    } else if (!order && one_in(2)) {
      List list;
      for (std::size_t n = 1 + below(12); n > 0; --n) list.items.push_back(constant(node.op, type));
      node.right = list;
    } else {
      node.right = constant(node.op, type);
    }
    return node;
  }

  const World shapes_ = world();  // its tables have the shapes that those of any world have
};

}  // namespace weir::filter
