// The comparisons that tests are made of.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "filter/code.h"
#include "filter/fold.h"
#include "filter/scalar.h"

namespace weir::filter {

inline bool holds(Relation relation, std::partial_ordering order) noexcept {
  switch (relation) {
    case Relation::less:
      return order < 0;
    case Relation::less_equal:
      return order <= 0;
    case Relation::greater:
      return order > 0;
    case Relation::greater_equal:
      return order >= 0;
  }
  return false;
}

// Of two numbers of one kind. Nothing holds of a NaN.
template <class Number>
bool holds(Relation relation, Number a, Number b) noexcept {
  switch (relation) {
    case Relation::less:
      return a < b;
    case Relation::less_equal:
      return a <= b;
    case Relation::greater:
      return a > b;
    case Relation::greater_equal:
      return a >= b;
  }
  return false;
}

// A few are compared with all of them: no branch then depends on the value.
inline bool is_one_of(const std::vector<std::int64_t>& sorted, std::int64_t integer) noexcept {
  if (sorted.size() > 8) return std::binary_search(sorted.begin(), sorted.end(), integer);
  bool found = false;
  for (const std::int64_t item : sorted) found |= item == integer;
  return found;
}

inline std::partial_ordering order_of(FoldedOrder order) noexcept {
  switch (order) {
    case FoldedOrder::equal:
      return std::partial_ordering::equivalent;
    case FoldedOrder::text_ended:
    case FoldedOrder::before:
      return std::partial_ordering::less;
    default:
      return std::partial_ordering::greater;
  }
}

// By value if either is a number, by code point (the order of UTF-8's bytes) if both are text.
inline std::partial_ordering order(const Scalar& a, const Scalar& b) noexcept {
  if (a.is_text() && b.is_text()) return a.text <=> b.text;
  if (a.is_text()) return reversed(compare_mixed(b, a.text));
  if (b.is_text()) return compare_mixed(a, b.text);
  return compare_numbers(a, b);
}

template <Part part>
bool has_part(std::string_view text, std::string_view constant) noexcept {
  switch (part) {
    case Part::anywhere:
      return text.find(constant) != std::string_view::npos;
    case Part::beginning:
      return text.starts_with(constant);
    case Part::end:
      return text.ends_with(constant);
  }
}

}  // namespace weir::filter
