// A thread that feeds as fast as it can: events, lines or batches, with a virtual clock.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "engine.h"
#include "tally.h"
#include "traffic.h"

namespace soak {

// What the feeders share with who watches them.
struct Shared {
  Engine engine;
  std::atomic<std::int64_t> clock = start;
  std::atomic<bool> stop = false;
  std::int64_t tick() noexcept { return clock += second / 1000; }

  // Held for the time of a call that feeds or takes a sink.
  std::shared_lock<std::shared_mutex> pass() {
    const std::lock_guard turn(turnstile_);
    return std::shared_lock(calls_);
  }
  // Nobody is in such a call. Those who come meanwhile wait at the turnstile, lest this never
  // comes.
  std::unique_lock<std::shared_mutex> pause() {
    const std::lock_guard turn(turnstile_);
    return std::unique_lock(calls_);
  }

 private:
  std::mutex turnstile_;
  std::shared_mutex calls_;
};

class Feeder {
 public:
  // Its way of feeding goes by its number.
  Feeder(Shared& shared, std::uint64_t number);
  void join() { thread_.join(); }
  // After join(), exactly; before, about.
  std::uint64_t fed() const noexcept { return fed_; }
  const Counts& counts() const noexcept { return tally_.counts(); }

 private:
  void run();
  void feed_events();
  void feed_lines();
  void feed_batch(weir_batch* batch);

  Shared& shared_;
  std::uint64_t number_;
  Traffic traffic_;
  Tally tally_;
  std::atomic<std::uint64_t> fed_ = 0;
  std::thread thread_;
};

}  // namespace soak
