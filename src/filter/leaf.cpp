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

}  // namespace

Leaf LeafBuilder::build(const Node& condition) {
  node_ = &condition;
  check_operands();
  field_ = std::get<EventField>(condition.left).id;
  type_ = type_of(field_);
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
  leaf.instruction.left = slots_.want(field_);
  leaf.instruction.relation = relation_of(condition.op);
  if (const auto* right = std::get_if<EventField>(&condition.right)) {
    build_fields(leaf, right->id);
    return leaf;
  }
  switch (condition.op) {
    case Operator::equal:
      build_equal(leaf);
      break;
    case Operator::in_subnet:
      build_subnets(leaf);
      break;
    case Operator::match:
      build_match(leaf);
      break;
    case Operator::has_bit:
      build_bits(leaf);
      break;
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
      build_parts(leaf);
      break;
    default:
      build_order(leaf);
      break;
  }
  return leaf;
}

void LeafBuilder::check_operands() {
  filter::check_operands(*node_, Environment{}, slots_.schema());
  const bool lookup = !std::holds_alternative<EventField>(node_->left) ||
                      std::holds_alternative<Intelligence>(node_->right) ||
                      node_->op > Operator::has_bit;
  if (lookup) {
    fail(node_->span.begin,
         fmt::format("this condition with '{}' is not supported yet", operator_name(node_->op)),
         Status::not_supported);
  }
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
       fmt::format("'{}' is not a whole number of 64 bits, which '{}' holds; correct the constant "
                   "or the field",
                   item.constant->text, field_name(field_)));
}

double LeafBuilder::to_double(const Item& item) const {
  if (const auto number = parse_number(item.constant->text)) return *number;
  fail(item.span.begin, fmt::format("'{}' is not a number, which '{}' holds; correct the constant "
                                    "or the field",
                                    item.constant->text, field_name(field_)));
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
  leaf.instruction.test = Test::order_scalar;
  Scalar constant;
  if (number_field || !item.constant->quoted) {
    constant = Scalar::of(to_double(item));
  } else {
    constant = Scalar::of(keep(converted(item)));
    leaf.cost = node_->ignore_case ? fold_cost : text_cost;
    if (node_->ignore_case) leaf.instruction.test = Test::order_text_folded;
  }
  leaf.instruction.index = append(constants_.scalars, constant);
}

}  // namespace weir::filter
