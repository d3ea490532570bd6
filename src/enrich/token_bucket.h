// So many a second, and no more than a tenth of a second's worth at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace weir::enrich {

// Kept as the time at which an even stream would have used up what was spent ("generic cell rate
// algorithm", ITU-T I.371): no refilling, and nothing rounded but the interval, up. One thread.
class TokenBucket {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  // per_second: 0 for no limit
  explicit TokenBucket(std::uint32_t per_second) noexcept
      : interval_(per_second == 0 ? 0 : (1'000'000'000 + per_second - 1) / per_second) {}

  bool ready(Instant now) const noexcept { return next() <= now; }
  // When the next one can be spent; it may have passed.
  Instant next() const noexcept { return used_up_ - burst; }
  // One that was spent before it was ready makes the next ones wait for longer.
  void spend(Instant now) noexcept { used_up_ = std::max(used_up_, now) + interval_; }

 private:
  static constexpr std::chrono::milliseconds burst{100};

  std::chrono::nanoseconds interval_;
  Instant used_up_{};
};

}  // namespace weir::enrich
