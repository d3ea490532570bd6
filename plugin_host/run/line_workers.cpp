#include "run/line_workers.h"

#include <string>
#include <utility>

namespace weir::host {
namespace {

// A thread reads one block while another of its waits for its turn.
constexpr std::size_t kBlocksAThread = 2;

}  // namespace

LineWorkers::LineWorkers(Engine& engine, unsigned threads)
    : engine_(engine), threads_(threads), slots_(threads * kBlocksAThread) {
  for (Slot& slot : slots_) slot.batch = engine.make_batch();
}

void LineWorkers::run(std::string_view source, const NextBlock& next, const Applied& applied) {
  NdjsonPosition position{source, {}};
  const auto apply = [&](std::size_t i) {
    Slot& slot = slots_[i];
    engine_.feed(*slot.batch, position);
    position.cursor.lines += slot.cursor.lines;
    applied(slot.block);
  };
  carried_ = {};
  OrderedWork line(threads_, slots_.size(),
                   {[&](std::size_t i) { return take(slots_[i], next); },
                    [&](std::size_t i) { read(slots_[i]); }, apply});
  line_ = &line;
  line.run();
}

bool LineWorkers::take(Slot& slot, const NextBlock& next) {
  slot.read = false;
  if (!next(slot.block)) return false;
  slot.cursor = std::exchange(carried_, {});
  if (!slot.block.unfinished) return true;
  // What comes next is not the beginning of a line, and only reading tells the library so.
  read(slot);
  carried_.state = slot.cursor.state;
  return true;
}

void LineWorkers::read(Slot& slot) {
  if (slot.read) return;
  engine_.read(*slot.batch, slot.block.bytes, slot.block.last, slot.cursor);
  if (slot.cursor.consumed != slot.block.bytes.size()) {
    throw Failure(Exit::runtime, "the library left lines of a block unread");
  }
  slot.read = true;
}

void LineWorkers::while_waiting(const std::function<void()>& function) {
  if (line_->failed()) throw Failure(Exit::runtime, "the run has failed");  // nobody sees this one
  line_->between_pieces(function);
}

}  // namespace weir::host
