// The leaves of the operators that look into text, and of hasBit.
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
  if (anywhere && count == 1) {
    const std::string_view text = keep(converted(items_[0]));
    to.test = folded_if(folds, Test::contains);
    to.characters = text.data();
    to.index = static_cast<std::uint32_t>(text.size());
    leaf.cost = contains_cost + (folds ? fold_cost : 0);
    return;
  }
  std::vector<std::string_view> texts;
  for (const Item& item : items_) texts.push_back(keep(converted(item)));
  const Part part = anywhere                             ? Part::anywhere
                    : node_->op == Operator::starts_with ? Part::beginning
                                                         : Part::end;
  look_for(leaf, part, folds, std::move(texts));
}

// Few texts one after the other, many at once.
void LeafBuilder::look_for(Leaf& leaf, Part part, bool folds, std::vector<std::string_view> texts) {
  Instruction& to = leaf.instruction;
  const bool anywhere = part == Part::anywhere;
  if (texts.size() > (anywhere ? PartSet::max_linear_anywhere : PartSet::max_linear)) {
    to.test = folded_if(folds, Test::has_part);
    to.index = append(constants_.part_sets, PartSet(part, texts));
    leaf.cost = (anywhere ? many_parts_cost : set_cost) + (folds ? fold_cost : 0);
    return;
  }
  const Test base = anywhere                  ? Test::contains_any
                    : part == Part::beginning ? Test::starts_with_any
                                              : Test::ends_with_any;
  leaf.cost = static_cast<std::uint32_t>(texts.size()) * (anywhere ? contains_cost : part_cost) +
              (folds ? fold_cost : 0);
  to.test = folded_if(folds, base);
  to.index = append(constants_.text_lists, std::move(texts));
}

void LeafBuilder::add_pattern(Patterns& patterns, const Item& item) const {
  if (const auto error = patterns.add(item.constant->text)) {
    fail(place_in(*item.constant, item.span, error->offset),
         fmt::format("the expression '{}' does not compile: {}", item.constant->text, error->what));
  }
  if (constants_.pattern_bytes + patterns.bytes() > max_pattern_bytes) {
    fail(item.span.begin,
         fmt::format("with the expression '{}' those of the filter and its saved filters take more "
                     "than {} MiB; make repetitions such as {{1000}} shorter, or list fewer",
                     item.constant->text, max_pattern_bytes >> 20));
  }
}

void LeafBuilder::build_match(Leaf& leaf) {
  Patterns patterns(node_->ignore_case, environment_.automaton_memory);
  bool literal = !node_->ignore_case;
  for (const Item& item : items_) {
    literal = literal && is_literal(item.constant->text);
    add_pattern(patterns, item);
  }
  if (literal) {  // a third of the cost, and the same answer
    std::vector<std::string_view> texts;
    for (const Item& item : items_) texts.push_back(keep(item.constant->text));
    return look_for(leaf, Part::anywhere, false, std::move(texts));
  }
  patterns.finish();
  constants_.pattern_bytes += patterns.bytes();
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

}  // namespace weir::filter
