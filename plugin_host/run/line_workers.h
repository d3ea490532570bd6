// `--workers`: lines of any format into the engine from several threads. They read blocks at once,
// and the blocks are applied in the order of the source, so that outputs, rejected lines and
// counters are those of one thread. Memory: two blocks a thread, their records, and what the
// library read from them, used again for every source.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "input/line_blocks.h"
#include "input/message_lines.h"
#include "run/engine.h"
#include "run/ordered_work.h"

namespace weir::host {

struct LineSource {
  std::string_view name;
  Format format = Format::ndjson;  // REQUIRES: is_lines()
  PresetIds presets{};
  LineState begins{};  // where the first block does
};

class LineWorkers {
 public:
  // Throws Failure(runtime).
  LineWorkers(Engine& engine, unsigned threads);

  // A source: where its blocks come from, and who is told of each that has been applied, and of
  // where the source stands behind it, by one thread at a time. Waits until all are applied. Throws
  // Failure, when what came before it has been applied; and what `applied` throws.
  using Applied = std::function<void(const LineBlock& block, const LineState& behind)>;
  void run(const LineSource& source, const NextBlock& next, const Applied& applied);

  // For `next`, while it waits for bytes: calls the function when no block is being applied. Throws
  // what it throws, and Failure when the run has failed and waits for `next` to give up.
  void while_waiting(const std::function<void()>& function);

 private:
  struct Slot {
    LineBlock block;
    Records records;  // of formats that the library does not read itself, for the batch
    Engine::Batch batch;
    weir_cursor cursor{};               // of JSON
    std::optional<MessageLines> lines;  // of the other formats: the source before the block
    bool read = false;
  };
  bool take(Slot& slot, const NextBlock& next);
  void read(Slot& slot);

  Engine& engine_;
  unsigned threads_;
  std::vector<Slot> slots_;
  // Of the block to be taken next. The cursor's state is not zero within a line that is too long.
  weir_cursor carried_{};
  std::optional<MessageLines> lines_;
  OrderedWork* line_ = nullptr;  // while it runs
};

}  // namespace weir::host
