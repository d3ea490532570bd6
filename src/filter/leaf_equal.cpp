// The leaves of `=` against constants.
#include <algorithm>
#include <utility>

#include "filter/cost.h"
#include "filter/leaf.h"

namespace weir::filter {
namespace {

bool is_whole(const Constant& constant) noexcept {
  return parse_integer(constant.text).has_value();
}
bool is_number(const Constant& constant) noexcept {
  return is_whole(constant) || parse_number(constant.text).has_value();
}

}  // namespace

void LeafBuilder::build_equal(Leaf& leaf) {
  // '' asks for absence, whatever the type, and takes no part in anything else.
  const auto empty = [](const Item& item) { return item.constant->text.empty(); };
  const auto first = std::remove_if(items_.begin(), items_.end(), empty);
  leaf.instruction.if_absent = first != items_.end();
  items_.erase(first, items_.end());
  leaf.cost = number_cost;
  if (items_.empty()) {
    leaf.instruction.test = Test::never;
  } else if (type_ == FieldType::any) {
    build_equal_any(leaf);
  } else if (is_integer(type_) || is_floating(type_)) {
    build_equal_numbers(leaf, is_floating(type_));
  } else {
    build_equal_texts(leaf);
  }
}

void LeafBuilder::build_equal_numbers(Leaf& leaf, bool floating) {
  Instruction& to = leaf.instruction;
  if (items_.size() == 1 && floating) {
    to.test = Test::floating_equal;
    to.floating = to_double(items_[0]);
  } else if (items_.size() == 1) {
    to.test = Test::integer_equal;
    to.integer = to_integer(items_[0]);
  } else if (floating) {
    std::vector<double> numbers;
    for (const Item& item : items_) numbers.push_back(to_double(item));
    std::sort(numbers.begin(), numbers.end());
    to.test = Test::floating_one_of;
    to.index = append(constants_.floatings, std::move(numbers));
    leaf.cost = text_cost;
  } else {
    std::vector<std::int64_t> numbers;
    for (const Item& item : items_) numbers.push_back(to_integer(item));
    std::sort(numbers.begin(), numbers.end());
    to.test = Test::integer_one_of;
    to.index = append(constants_.integers, std::move(numbers));
    leaf.cost = text_cost;
  }
}

void LeafBuilder::build_equal_texts(Leaf& leaf) {
  Instruction& to = leaf.instruction;
  leaf.cost = node_->ignore_case ? fold_cost : text_cost;
  if (items_.size() == 1) {
    const std::string_view text = keep(converted(items_[0]));
    to.test = folded_if(node_->ignore_case, Test::text_equal);
    to.characters = text.data();
    to.index = static_cast<std::uint32_t>(text.size());
    return;
  }
  std::vector<std::string> texts;
  for (const Item& item : items_) texts.push_back(converted(item));
  to.test = folded_if(node_->ignore_case, Test::text_one_of);
  to.index = append(constants_.text_sets, TextSet(std::move(texts)));
  leaf.cost += set_cost;
}

// The value may be of any kind, and compares as what it is. Constants that are all whole numbers,
// one that is any number, and texts that no number reads as are tested as in a field of their own
// type, which answers the same for values of other kinds.
void LeafBuilder::build_equal_any(Leaf& leaf) {
  const auto bare = [](const Item& item) { return !item.constant->quoted; };
  const auto bare_whole = [&](const Item& item) { return bare(item) && is_whole(*item.constant); };
  const auto plain_text = [&](const Item& item) {
    return !bare(item) && !is_number(*item.constant);
  };
  if (std::all_of(items_.begin(), items_.end(), plain_text)) return build_equal_texts(leaf);
  if (std::all_of(items_.begin(), items_.end(), bare_whole))
    return build_equal_numbers(leaf, false);
  if (items_.size() == 1 && bare(items_[0])) return build_equal_numbers(leaf, true);
  MixedSet::Builder set;
  for (const Item& item : items_) {
    const std::string& text = item.constant->text;
    if (bare(item))
      set.add_number(is_whole(*item.constant) ? Scalar::of(to_integer(item))
                                              : Scalar::of(to_double(item)));
    else
      set.add_text(text, converted(item));
  }
  leaf.cost = node_->ignore_case ? fold_cost + set_cost : text_cost + set_cost;
  leaf.instruction.test = folded_if(node_->ignore_case, Test::any_one_of);
  leaf.instruction.index = append(constants_.mixed_sets, set.build());
}

}  // namespace weir::filter
