// Points in time and spans of time, with their unit in the type.
#pragma once

#include <compare>
#include <cstdint>

namespace weir {

struct Duration {
  std::int64_t nanos = 0;
  friend auto operator<=>(Duration, Duration) = default;
};

// Since the Unix epoch, UTC.
struct Time {
  std::int64_t nanos = 0;
  friend auto operator<=>(Time, Time) = default;
  // Rounded down, also before 1970.
  std::int64_t millis() const noexcept {
    return nanos / 1'000'000 - (nanos % 1'000'000 < 0 ? 1 : 0);
  }
};

inline Time operator+(Time t, Duration d) noexcept { return {t.nanos + d.nanos}; }
inline Time operator-(Time t, Duration d) noexcept { return {t.nanos - d.nanos}; }
inline Duration operator-(Time a, Time b) noexcept { return {a.nanos - b.nanos}; }

}  // namespace weir
