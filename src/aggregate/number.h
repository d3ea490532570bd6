// Small questions about values that are numbers, and the elements of those that are arrays.
#pragma once

#include <cmath>
#include <cstdint>

#include "event/value.h"

namespace weir::aggregate {

// A double without a fraction that fits, as the integer; another number as it is. It reads back as
// the same double, but for the sign of zero.
inline Value as_integer_if_whole(const Value& number) noexcept {
  if (number.kind != Kind::floating) return number;
  const double value = number.floating();
  // The bounds are exact: 2^63 is the first double that does not fit.
  if (!(value >= -0x1p63 && value < 0x1p63) || std::trunc(value) != value) return number;
  return Value::of(static_cast<std::int64_t>(value));
}

// REQUIRES: an integer or a double.
inline double as_double(const Value& number) noexcept {
  return number.kind == Kind::integer ? static_cast<double>(number.integer()) : number.floating();
}

}  // namespace weir::aggregate
