// What all live inputs of a run share while one of them at a time is received.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "input/format.h"
#include "input/message_reader.h"
#include "input/records.h"
#include "run/clock.h"
#include "run/engine.h"

namespace weir::host {

struct Reception {
  Reception(Engine& to, const Clock& time, const PresetIds& ids, std::optional<Format> chosen)
      : engine(to), clock(time), presets(ids), format(chosen), block(kBlock) {}

  // What a connection gives at most before it is another's turn.
  static constexpr std::size_t kTurn = 128 * 1024;
  // An unfinished line up to this size is moved to the block, to be read on there; a longer one
  // gets memory in which it can grow where it lies.
  static constexpr std::size_t kSmall = 64 * 1024;
  static constexpr std::size_t kBlock = kSmall + kTurn;
  // Sixteen of the longest lines. Past it, only connections whose unfinished line is short are
  // read.
  static constexpr std::size_t kMaxHeld = std::size_t{64} << 20;
  static constexpr std::size_t kFairShare = 2 * kSmall;

  Engine& engine;
  const Clock& clock;
  PresetIds presets;
  std::optional<Format> format;  // of --format
  Records records;
  std::vector<char> block;
  std::size_t held = 0;  // bytes of memory for the unfinished lines of all connections

  bool crowded() const noexcept { return held > kMaxHeld; }
};

}  // namespace weir::host
