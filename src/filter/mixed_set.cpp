#include "filter/mixed_set.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace weir::filter {
namespace {

// Exact, of whatever type the numbers are. A NaN equals none of them.
template <class Number>
bool has(const std::vector<Number>& sorted, const Scalar& number) noexcept {
  const auto found =
      std::lower_bound(sorted.begin(), sorted.end(), number, [](Number item, const Scalar& other) {
        return compare_numbers(Scalar::of(item), other) < 0;
      });
  return found != sorted.end() && compare_numbers(Scalar::of(*found), number) == 0;
}

// Of a text only what reads as a number of the constants' type.
template <class Number>
bool has(const std::vector<Number>& sorted, std::string_view text) noexcept {
  if (sorted.empty()) return false;
  const auto number = number_like(Scalar::of(Number{}), text);
  return number && has(sorted, *number);
}

}  // namespace

void MixedSet::Builder::add_number(const Scalar& number) {
  if (number.kind == Scalar::Kind::integer)
    integers_.push_back(number.integer);
  else
    doubles_.push_back(number.floating);
}

void MixedSet::Builder::add_text(std::string_view text, std::string compared) {
  if (const auto integer = parse_integer(text)) text_integers_.push_back(*integer);
  if (const auto number = parse_number(text)) text_doubles_.push_back(*number);
  texts_.push_back(std::move(compared));
}

MixedSet MixedSet::Builder::build() {
  MixedSet set(TextSet(std::move(texts_)));
  const auto sorted = [](auto& numbers) {
    std::sort(numbers.begin(), numbers.end());
    return std::move(numbers);
  };
  set.integers_ = sorted(integers_);
  set.doubles_ = sorted(doubles_);
  set.text_integers_ = sorted(text_integers_);
  set.text_doubles_ = sorted(text_doubles_);
  return set;
}

bool MixedSet::contains(const Scalar& value, std::string_view compared) const noexcept {
  if (value.is_text())
    return texts_.contains(compared) || has(integers_, value.text) || has(doubles_, value.text);
  if (has(integers_, value) || has(doubles_, value)) return true;
  return value.kind == Scalar::Kind::integer ? has(text_integers_, value)
                                             : has(text_doubles_, value);
}

}  // namespace weir::filter
