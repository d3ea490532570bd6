// The progress line of a run over files: bytes done, rate, events, reduction. Asked often, it draws
// at most ten times a second, and reads the engine's counters only then.
#pragma once

#include <cstdint>

#include "run/clock.h"
#include "run/console.h"
#include "run/engine.h"

namespace weir::host {

class Progress {
 public:
  Progress(Console& console, const Clock& clock, const Engine& engine, std::uint64_t total_bytes);

  // bytes: of all inputs, so far.
  void show(std::uint64_t bytes) noexcept;

 private:
  Console& console_;
  const Clock& clock_;
  const Engine& engine_;
  std::uint64_t total_;
  std::int64_t next_ = 0;  // nanoseconds since the start
};

}  // namespace weir::host
