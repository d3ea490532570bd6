// The leaves of the operators that look into text, of hasBit, and of those between two fields.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "filter/bounds.h"
#include "filter/cost.h"
#include "filter/leaf.h"
#include "filter/token.h"

namespace weir::filter {
namespace {

// Where byte `offset` of a constant stands in the text of the filter, in which its quotes are
// doubled; the constant's beginning if the text is not an expression.
std::uint32_t place_in(const Constant& constant, Span span, std::size_t offset) noexcept {
  const auto quotes = [&](std::size_t bytes) {
    const std::string_view part = std::string_view(constant.text).substr(0, bytes);
    return static_cast<std::size_t>(std::count(part.begin(), part.end(), '\''));
  };
  const std::size_t size = constant.text.size() + quotes(constant.text.size()) + 2;
  if (!constant.quoted || span.end - span.begin != size) return span.begin;
  return span.begin + 1 + static_cast<std::uint32_t>(offset + quotes(offset));
}

}  // namespace

void LeafBuilder::build_subnets(Leaf& leaf) {
  std::vector<Subnet> subnets;
  for (const Item& item : items_) {
    const auto subnet = parse_subnet(item.constant->text);
    if (!subnet) {
      fail(item.span.begin,
           fmt::format("'{}' is not a subnet; write an address and a prefix length, such as "
                       "'10.0.0.0/8' or '2001:db8::/32'",
                       item.constant->text));
    }
    subnets.push_back(*subnet);
  }
  leaf.instruction.test = Test::in_subnets;
  leaf.instruction.index = append(constants_.subnets, lookup::SubnetSet(subnets));
  leaf.cost = subnet_cost;
}

void LeafBuilder::build_parts(Leaf& leaf) {
  Instruction& to = leaf.instruction;
  const bool folds = node_->ignore_case;
  const auto count = static_cast<std::uint32_t>(items_.size());
  const bool anywhere = node_->op == Operator::contains;
  leaf.cost = count * (anywhere ? contains_cost : part_cost) + (folds ? fold_cost : 0);
  if (anywhere && count == 1) {
    const std::string_view text = keep(converted(items_[0]));
    to.test = folded_if(folds, Test::contains);
    to.characters = text.data();
    to.index = static_cast<std::uint32_t>(text.size());
    return;
  }
  std::vector<std::string_view> texts;
  for (const Item& item : items_) texts.push_back(keep(converted(item)));
  const Test base = anywhere                             ? Test::contains_any
                    : node_->op == Operator::starts_with ? Test::starts_with_any
                                                         : Test::ends_with_any;
  to.test = folded_if(folds, base);
  to.index = append(constants_.text_lists, std::move(texts));
}

void LeafBuilder::add_pattern(Patterns& patterns, const Item& item) {
  const std::size_t before = patterns.bytes();
  if (const auto error = patterns.add(item.constant->text)) {
    fail(place_in(*item.constant, item.span, error->offset),
         fmt::format("the expression '{}' does not compile: {}", item.constant->text, error->what));
  }
  constants_.pattern_bytes += patterns.bytes() - before;
  if (constants_.pattern_bytes > max_pattern_bytes) {
    fail(item.span.begin,
         fmt::format("with the expression '{}' those of the filter and its saved filters take more "
                     "than {} MiB; make repetitions such as {{1000}} shorter, or list fewer",
                     item.constant->text, max_pattern_bytes >> 20));
  }
}

void LeafBuilder::build_match(Leaf& leaf) {
  Patterns patterns(node_->ignore_case);
  bool literal = !node_->ignore_case && items_.size() < Patterns::min_set;
  for (const Item& item : items_) {
    literal = literal && is_literal(item.constant->text);
    add_pattern(patterns, item);
  }
  if (literal) {  // a third of the cost, and the same answer
    std::vector<std::string_view> texts;
    for (const Item& item : items_) texts.push_back(keep(item.constant->text));
    constants_.pattern_bytes -= patterns.bytes();
    leaf.instruction.test = Test::contains_any;
    leaf.instruction.index = append(constants_.text_lists, std::move(texts));
    leaf.cost = contains_cost * static_cast<std::uint32_t>(items_.size());
    return;
  }
  patterns.finish();
  const auto count = static_cast<std::uint32_t>(items_.size());
  leaf.cost = count < Patterns::min_set ? match_cost * count : match_set_cost;
  leaf.instruction.test = Test::match;
  leaf.instruction.index = append(constants_.patterns, std::move(patterns));
}

void LeafBuilder::build_bits(Leaf& leaf) {
  std::uint64_t mask = 0;
  for (const Item& item : items_) {
    const auto bit = parse_integer(item.constant->text);
    if (!bit || *bit < 0 || *bit > 63) {
      fail(item.span.begin, fmt::format("'{}' is not a bit; bits are counted from the right, from "
                                        "0 to 63",
                                        item.constant->text));
    }
    mask |= std::uint64_t{1} << *bit;
  }
  leaf.instruction.test = Test::has_bits;
  leaf.instruction.word = mask;
  leaf.cost = number_cost;
}

void LeafBuilder::build_fields(Leaf& leaf, FieldId right) {
  leaf.instruction.right = slots_.want(right);
  leaf.instruction.ignore_case = node_->ignore_case;
  leaf.cost = fields_cost + (node_->ignore_case ? 2 * fold_cost : 0);
  switch (node_->op) {
    case Operator::equal:
      leaf.instruction.test = Test::field_equal;
      break;
    case Operator::in_subnet:
      leaf.instruction.test = Test::field_in_subnet;
      leaf.cost = 2 * subnet_cost;
      break;
    case Operator::contains:
      leaf.instruction.test = Test::field_contains;
      leaf.cost += contains_cost;
      break;
    case Operator::starts_with:
      leaf.instruction.test = Test::field_starts_with;
      break;
    case Operator::ends_with:
      leaf.instruction.test = Test::field_ends_with;
      break;
    default:
      leaf.instruction.test = Test::field_order;
      break;
  }
}

}  // namespace weir::filter
