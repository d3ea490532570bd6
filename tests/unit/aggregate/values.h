// Values for tests, which borrow what they are made of.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "event/value.h"

namespace weir::aggregate {

inline constexpr std::int64_t nanos_a_second = 1'000'000'000;

inline Value text(std::string_view value) { return Value::of(value); }
inline Value number(std::int64_t value) { return Value::of(value); }
inline Value floating(double value) { return Value::of(value); }
inline Value boolean(bool value) { return {value ? 1U : 0U, 0, Kind::boolean}; }
inline TextRef ref(std::string_view text) { return {text.data(), text.size()}; }
inline Value texts(const std::vector<TextRef>& elements) {
  return Value::array(Kind::text_array, elements.data(),
                      static_cast<std::uint32_t>(elements.size()));
}

}  // namespace weir::aggregate
