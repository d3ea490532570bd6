#include "run/line_workers.h"

#include <limits>

namespace weir::host {
namespace {

constexpr std::size_t kUsualRecords = 64 * 1024;  // of a block; lines are longer than 16 bytes

// A thread reads one block while another of its waits for its turn.
constexpr std::size_t kBlocksAThread = 2;

}  // namespace

LineWorkers::LineWorkers(Engine& engine, unsigned threads)
    : engine_(engine), threads_(threads), slots_(threads * kBlocksAThread) {
  for (Slot& slot : slots_) slot.batch = engine.make_batch();
}

void LineWorkers::run(const LineSource& source, const NextBlock& next, const Applied& applied) {
  NdjsonPosition position{source.name, {}};
  const auto apply = [&](std::size_t i) {
    Slot& slot = slots_[i];
    engine_.feed(*slot.batch, position);
    position.cursor.lines += slot.cursor.lines;  // records have their numbers
    applied(slot.block, slot.lines ? slot.lines->state()
                                   : LineState{position.cursor.lines, slot.cursor.state, {}});
  };
  if (is_json(source.format)) position.cursor.lines = source.begins.lines;
  carried_ = {};
  carried_.preset = source.presets.of(source.format);
  carried_.state = source.begins.within;
  lines_.reset();
  if (!is_json(source.format)) {
    lines_.emplace(source.format, source.presets);
    lines_->resume(source.begins);
  }
  OrderedWork line(threads_, slots_.size(),
                   {[&](std::size_t i) { return take(slots_[i], next); },
                    [&](std::size_t i) { read(slots_[i]); }, apply});
  line_ = &line;
  line.run();
}

bool LineWorkers::take(Slot& slot, const NextBlock& next) {
  slot.read = false;
  if (!next(slot.block)) return false;
  slot.cursor = carried_;
  slot.lines = lines_;
  if (lines_) {
    lines_->pass_over(slot.block.bytes, slot.block.last);
    return true;
  }
  carried_.state = 0;
  if (!slot.block.unfinished) return true;
  // What comes next is not the beginning of a line, and only reading tells the library so.
  read(slot);
  carried_.state = slot.cursor.state;
  return true;
}

void LineWorkers::read(Slot& slot) {
  if (slot.read) return;
  const LineBlock& block = slot.block;
  std::size_t consumed = 0;
  if (slot.lines) {
    if (slot.records.size() > kUsualRecords) slot.records = Records();  // its memory goes back
    slot.records.clear();
    consumed = slot.lines->read(block.bytes, block.last, block.arrived, slot.records,
                                std::numeric_limits<std::size_t>::max());
    engine_.read(*slot.batch, slot.records.all());
  } else {
    engine_.read(*slot.batch, block.bytes, block.last, slot.cursor);
    consumed = slot.cursor.consumed;
  }
  if (consumed != block.bytes.size()) {
    throw Failure(Exit::runtime, "lines of a block were left unread");
  }
  slot.read = true;
}

void LineWorkers::while_waiting(const std::function<void()>& function) {
  if (line_->failed()) throw Failure(Exit::runtime, "the run has failed");  // nobody sees this one
  line_->between_pieces(function);
}

}  // namespace weir::host
