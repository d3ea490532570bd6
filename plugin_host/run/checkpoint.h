// When a run with `--state` writes down where it stands, and what it goes on from. A checkpoint
// that cannot be written costs nothing but what would be read again after a crash: the state before
// stays, a warning tells it, once a minute at most, and the next one is tried in its turn. One
// thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "run/clock.h"
#include "run/console.h"
#include "run/options.h"
#include "run/state_folder.h"

namespace weir::host {

// The checkpoints of this run.
struct CheckpointCounts {
  std::uint64_t written = 0;
  std::uint64_t failed = 0;  // put off ones too
  std::int64_t last = 0;     // when the last was written, or the run began; ns since the epoch
};

class Checkpoint {
 public:
  // Locks the folder, and reads what is there. Throws Failure: also when that is the state of
  // another run, by its inputs, its outputs, its format or its clock.
  Checkpoint(const RunOptions& options, const Clock& clock, Console& console);

  // What to go on from, until it is released; nullptr: there is none, or no more.
  const StoredState* stored() const noexcept { return stored_ ? &*stored_ : nullptr; }
  void release() noexcept { stored_.reset(); }
  bool restored() const noexcept { return restored_; }
  const std::string& file() const noexcept { return folder_.file(); }
  // What is not as it was, with the remedy.
  Failure differs(const std::string& what) const;

  // Whether so much time has passed since the last one.
  bool due() const noexcept { return clock_.elapsed() >= next_; }
  // Throws nothing but for a lack of memory: a Failure is a warning.
  void write(const RunState& state, std::string_view engine);
  // One was due, and could not be.
  void put_off(const std::string& reason);
  // The last one. Throws Failure(runtime).
  void write_last(const RunState& state, std::string_view engine) { folder_.save(state, engine); }

  const CheckpointCounts& counts() const noexcept { return counts_; }

 private:
  void check(const RunOptions& options) const;
  void check_inputs(const RunOptions& options) const;

  const Clock& clock_;
  Console& console_;
  const std::int64_t interval_;
  StateFolder folder_;
  std::optional<StoredState> stored_;
  bool restored_ = false;
  bool has_one_ = false;      // there is a state, of this run or of one before
  std::int64_t next_;         // ns since the start
  std::int64_t warned_ = -1;  // likewise; -1: not yet
  CheckpointCounts counts_;
};

// What the inputs, the outputs and so on are called, and nothing more.
RunState named_state(const RunOptions& options);
// Whether a stored input is what a file begins with, and how long it is.
bool is_same_file(const InputState& input, std::string_view beginning, std::uint64_t size) noexcept;

}  // namespace weir::host
