#include "filter/leaf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "filter/cost.h"
#include "filter/fold.h"
#include "filter/operand_check.h"
#include "filter/token.h"

namespace weir::filter {
namespace {

Relation relation_of(Operator op) noexcept {
  switch (op) {
    case Operator::less:
      return Relation::less;
    case Operator::less_equal:
      return Relation::less_equal;
    case Operator::greater:
      return Relation::greater;
    default:
      return Relation::greater_equal;
  }
}

bool is_entry_test(Operator op) noexcept {
  return op == Operator::in_dictionary || op == Operator::in_active_list ||
         op == Operator::in_context_table;
}

}  // namespace

Leaf LeafBuilder::build(const Node& condition) {
  node_ = &condition;
  check_operands();
  items_.clear();
  if (const auto* constant = std::get_if<Constant>(&condition.right)) {
    items_.push_back({constant, condition.right_span});
  } else if (const auto* list = std::get_if<List>(&condition.right)) {
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      const bool has_span = i < condition.item_spans.size();
      items_.push_back(
          {&list->items[i], has_span ? condition.item_spans[i] : condition.right_span});
    }
  }

  Leaf leaf;
  if (condition.op == Operator::ti_detect) {
    leaf.instruction.test = Test::ti_detect;
    leaf.instruction.index =
        append(constants_.intelligence, intelligence_of(std::get<Intelligence>(condition.left)));
    leaf.instruction.indirect = true;
    leaf.cost = intelligence_cost;
    return leaf;
  }
  if (is_entry_test(condition.op)) {
    leaf.instruction.test = Test::has_entry;
    leaf.instruction.index =
        append(constants_.lookups, looked_up(std::get<Lookup>(condition.left)));
    leaf.instruction.indirect = true;
    leaf.cost = lookup_cost;
    return leaf;
  }
  type_ = type_of_operand(condition.left, environment_, slots_.schema());
  const Side left = side_of(condition.left);
  leaf.instruction.left = left.place;
  leaf.instruction.left_source = left.source;
  leaf.instruction.indirect = left.source != Source::field;
  leaf.instruction.relation = relation_of(condition.op);
  build_test(leaf);
  leaf.cost += left.cost;
  return leaf;
}

// By the operator, once the left side is in place.
void LeafBuilder::build_test(Leaf& leaf) {
  if (items_.empty() && !std::holds_alternative<Nothing>(node_->right)) return build_values(leaf);
  switch (node_->op) {
    case Operator::equal:
      return build_equal(leaf);
    case Operator::in_subnet:
      return build_subnets(leaf);
    case Operator::match:
      return build_match(leaf);
    case Operator::has_bit:
      return build_bits(leaf);
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
      return build_parts(leaf);
    case Operator::has_vulnerability:
    case Operator::in_category:
    case Operator::in_active_directory_group:
      return build_asked(leaf);
    default:
      return build_order(leaf);
  }
}

void LeafBuilder::check_operands() {
  filter::check_operands(*node_, environment_, slots_.schema());
}

std::int64_t LeafBuilder::to_integer(const Item& item) const {
  if (const auto integer = parse_integer(item.constant->text)) return *integer;
  // A bare 443.0 is a number, and integral; the text '443.0' is not a whole decimal number.
  if (!item.constant->quoted) {
    const auto number = parse_number(item.constant->text);
    if (number && std::trunc(*number) == *number && *number >= -two_to_63 && *number < two_to_63) {
      return static_cast<std::int64_t>(*number);
    }
  }
  fail(item.span.begin,
       fmt::format("'{}' is not a whole number of 64 bits, which {} holds; correct the constant "
                   "or the field",
                   item.constant->text, left_name()));
}

double LeafBuilder::to_double(const Item& item) const {
  if (const auto number = parse_number(item.constant->text)) return *number;
  fail(item.span.begin, fmt::format("'{}' is not a number, which {} holds; correct the constant "
                                    "or the field",
                                    item.constant->text, left_name()));
}

std::string_view LeafBuilder::keep(std::string text) {
  constants_.texts.push_back(std::move(text));
  return constants_.texts.back();
}

std::string LeafBuilder::converted(const Item& item) const {
  return node_->ignore_case ? folded(item.constant->text) : item.constant->text;
}

void LeafBuilder::build_order(Leaf& leaf) {
  const Item& item = items_[0];
  const bool number_field = is_integer(type_) || is_floating(type_);
  leaf.cost = number_cost;
  if (is_integer(type_) || (!number_field && !item.constant->quoted)) {
    if (const auto integer = parse_integer(item.constant->text)) {
      leaf.instruction.test = Test::order_integer;
      leaf.instruction.integer = *integer;
      return;
    }
  }
  if (number_field || !item.constant->quoted) {
    leaf.instruction.test = Test::order_floating;
    leaf.instruction.floating = to_double(item);
    return;
  }
  const Scalar constant = Scalar::of(keep(converted(item)));
  leaf.instruction.test = folded_if(node_->ignore_case, Test::order_scalar);
  leaf.cost = node_->ignore_case ? fold_cost : text_cost;
  leaf.instruction.index = append(constants_.scalars, constant);
}

}  // namespace weir::filter
