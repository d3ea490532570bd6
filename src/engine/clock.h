// The clock of an engine: moved by the host or by events, never read from the system.
#pragma once

#include <cstdint>
#include <limits>
#include <mutex>

#include "aggregate/chunk.h"
#include "base/error.h"
#include "base/moment.h"
#include "lookup/table.h"

namespace weir::engine {

enum class ClockMode : std::uint8_t { host, event };

using aggregate::latest;

// Later than any deadline, earlier than `never`.
constexpr Time end_of_time{std::numeric_limits<std::int64_t>::max() - 1};

// Any thread.
class EngineClock {
 public:
  explicit EngineClock(Duration max_skew) : max_skew_(max_skew) {}

  aggregate::Clock now() const {
    const std::lock_guard lock(mutex_);
    return clock_;
  }

  // As entries of lookups see it: on the line, which steps back of the host's clock do not move.
  lookup::Clock of_lookups() const {
    const std::lock_guard lock(mutex_);
    return {clock_.line, first_, started_};
  }

  // The host says that it is `now`. True if its clock had to be stepped back: by more than the
  // skew, so that it was corrected and not merely read by another thread a little earlier.
  bool move_host(Time now) {
    const std::lock_guard lock(mutex_);
    const bool back = move(clock_, now);
    start();
    return back;
  }

  // What now() would be after move_host().
  aggregate::Clock moved_to(Time now) const {
    aggregate::Clock clock = this->now();
    move(clock, now);
    return clock;
  }

  // Events have moved the line.
  void move_line(Time line) {
    const std::lock_guard lock(mutex_);
    if (line > clock_.line) clock_.line = line;
    start();
  }

  // All that it remembers, for a snapshot.
  struct State {
    aggregate::Clock clock;
    Time first;
    bool started = false;
  };
  State state() const {
    const std::lock_guard lock(mutex_);
    return {clock_, first_, started_};
  }
  void set(const State& state) noexcept {
    const std::lock_guard lock(mutex_);
    clock_ = state.clock;
    first_ = state.first;
    started_ = state.started;
  }

  Duration max_skew() const noexcept { return max_skew_; }

 private:
  void start() noexcept {
    if (started_) return;
    first_ = clock_.line;
    started_ = clock_.line.nanos != 0;
  }

  bool move(aggregate::Clock& clock, Time now) const {
    const Time host = clock.host();
    const bool back = host.nanos - now.nanos > max_skew_.nanos;
    if (back) {
      clock.shift = now - clock.line;
    } else if (now > host) {
      // Every step back and forth makes the line longer, and it must not end.
      if ((now - host).nanos > latest.nanos - clock.line.nanos)
        throw Failure(Status::limit,
                      "the host's clock has jumped ahead by more than 290 years in all; "
                      "flush this engine and create another");
      clock.line = clock.line + (now - host);
    }
    return back;
  }

  const Duration max_skew_;
  mutable std::mutex mutex_;
  aggregate::Clock clock_;
  Time first_;  // that it was moved to
  bool started_ = false;
};

}  // namespace weir::engine
