// Lines read by one call and applied by another.

#include "engine/lines.h"

#include "engine/engine.h"
#include "engine/feeding.h"

namespace weir::engine {

// Reads the next part; false at the end of the text. The gate is held.
bool Engine::read_part(const Ruleset& rules, Worker& worker, Lines& lines, weir_cursor& cursor) {
  if (lines.count == lines.parts.size()) lines.parts.emplace_back();
  auto& [start, portion] = lines.parts[lines.count];
  start = cursor;
  portion.batch.read(rules, lines.text.substr(cursor.consumed), lines.last, cursor, worker.lines);
  portion.batch.advance(cursor, portion.batch.size());
  if (portion.batch.size() == 0) return false;
  worker.selection.select(rules, portion, *this);
  ++lines.count;
  return true;
}

void Engine::read_lines(Lines& lines, std::string_view text, bool last, weir_cursor& cursor) {
  const WorkerPool::Lease lease(workers_);
  lines.text = text;
  lines.last = last;
  lines.count = lines.next = 0;
  lines.stale = false;
  weir_cursor at = cursor;
  at.consumed = 0;
  try {
    for (bool more = true; more;) {
      const Gate::Shared gate(gate_);
      more = read_part(*rules_, *lease, lines, at);
    }
  } catch (...) {
    lines.count = 0;
    throw;
  }
  cursor = at;
}

// Gives the parts in their order; reads them again when the rules that they were given to are gone.
struct Engine::LineSource {
  Engine& engine;
  Worker& worker;
  Lines& lines;

  Portion* next(const Ruleset& rules) {
    while (lines.next < lines.count && lines.parts[lines.next].portion.empty()) ++lines.next;
    if (!lines.stale && lines.next < lines.count &&
        lines.parts[lines.next].portion.serial != rules.keys.serial()) {
      auto& [start, portion] = lines.parts[lines.next];
      lines.resume = start;
      if (portion.applied > 0) portion.batch.advance(lines.resume, portion.applied);
      lines.stale = true;
    }
    if (lines.stale) read_again(rules);
    return lines.next < lines.count ? &lines.parts[lines.next].portion : nullptr;
  }
  void read_again(const Ruleset& rules) {
    lines.count = lines.next = 0;
    weir_cursor at = lines.resume;
    while (engine.read_part(rules, worker, lines, at)) continue;
    lines.stale = false;
  }
  void applied(const Portion&) {}
};

Status Engine::feed_batch(Lines& lines, const Feeding& feeding) {
  const WorkerPool::Lease lease(workers_);
  if (const Status status = begin(*lease, feeding); status != Status::ok) return status;
  return feed_chunks(*lease, feeding, LineSource{*this, *lease, lines});
}

}  // namespace weir::engine
