// How long to wait before trying again: twice as long each time, up to a bound.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace weir::enrich {

class BackOff {
 public:
  static constexpr std::chrono::milliseconds least{100};

  explicit BackOff(std::chrono::nanoseconds most) : most_(most), random_(std::random_device{}()) {}

  // The next pause: a tenth shorter or longer, so that those whom one failure has hit do not all
  // come back at once. Never longer than the bound.
  std::chrono::nanoseconds next() {
    const std::chrono::nanoseconds pause = std::min(pause_, most_);
    pause_ = std::min(2 * pause_, most_);
    const std::int64_t tenth = pause.count() / 10;
    const std::int64_t jitter = std::uniform_int_distribution<std::int64_t>(-tenth, tenth)(random_);
    return std::min(pause + std::chrono::nanoseconds(jitter), most_);
  }
  void reset() noexcept { pause_ = least; }

 private:
  std::chrono::nanoseconds most_;
  std::chrono::nanoseconds pause_ = least;
  std::minstd_rand random_;
};

}  // namespace weir::enrich
