// So many requests a second, evenly: none is earlier than a tenth of a second before its turn.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "enrich/exchange.h"

namespace weir::enrich {

class DnsRate {
 public:
  // REQUIRES: per_second > 0
  explicit DnsRate(std::uint32_t per_second) noexcept
      : step_(std::chrono::nanoseconds(1'000'000'000) / per_second) {}

  bool may(Instant now) const noexcept { return now >= turn(); }
  // When may() will be true.
  Instant turn() const noexcept { return next_ - ahead; }
  // One more was sent, in its turn or not: the next ones wait for longer.
  void spend(Instant now) noexcept { next_ = std::max(next_, now) + step_; }

 private:
  // Timers wake the thread every millisecond at best, and questions come in bursts.
  static constexpr std::chrono::milliseconds ahead{100};

  std::chrono::nanoseconds step_;
  Instant next_{};
};

}  // namespace weir::enrich
