// Numbers of seconds, milliseconds and the like since the epoch, to milliseconds, rounded down. All
// of it is exact: it is done on the decimal text, or on integers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

// How many decimal digits a unit is finer than a millisecond.
enum class EpochUnit : int { seconds = -3, milliseconds = 0, microseconds = 3, nanoseconds = 6 };

// Digits, perhaps with a minus, a fraction and an exponent. nullopt: none, or one that does not
// fit.
std::optional<std::int64_t> epoch_millis(std::string_view text, EpochUnit unit) noexcept;
std::optional<std::int64_t> epoch_millis(std::int64_t number, EpochUnit unit) noexcept;

// Of the shortest text that reads back as the same double: 1700000000.123 is that, and not the
// binary number a little beside it.
std::optional<std::int64_t> epoch_millis(double number, EpochUnit unit) noexcept;

}  // namespace weir
