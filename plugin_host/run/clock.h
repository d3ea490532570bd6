// The host's time, which it hands to the library: the wall clock at the start, moved on by the
// monotonic clock, so that a correction of the wall clock neither delays nor hurries a bucket.
#pragma once

#include <chrono>
#include <cstdint>

namespace weir::host {

class Clock {
 public:
  Clock() noexcept
      : wall_(std::chrono::duration_cast<std::chrono::nanoseconds>(
                  std::chrono::system_clock::now().time_since_epoch())
                  .count()),
        start_(std::chrono::steady_clock::now()) {}

  // Nanoseconds since the start.
  std::int64_t elapsed() const noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() -
                                                                start_)
        .count();
  }
  // Nanoseconds since the epoch.
  std::int64_t now() const noexcept { return wall_ + elapsed(); }

 private:
  std::int64_t wall_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace weir::host
