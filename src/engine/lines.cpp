// Lines read by one call and applied by another.

#include "engine/lines.h"

#include <algorithm>

#include "base/ascii.h"
#include "engine/engine.h"
#include "engine/feeding.h"

namespace weir::engine {

bool Engine::read_part(const Ruleset& rules, Worker& worker, Time now, Lines& lines,
                       weir_cursor& cursor) {
  if (lines.count == lines.parts.size()) lines.parts.emplace_back();
  auto& [start, portion] = lines.parts[lines.count];
  start = cursor;
  if (lines.records.empty()) {
    portion.batch.read(rules, lines.text.substr(cursor.consumed), lines.last, cursor, worker.lines);
  } else {
    const auto rest = lines.records.subspan(cursor.consumed);
    portion.batch.read(rules, rest.data(), rest.size(), worker.records);
  }
  const bool any = portion.batch.size() > 0;
  if (any) select(rules, worker, now, portion);
  // Nothing can fail any more.
  portion.batch.advance(cursor, portion.batch.size());
  lines.count += any ? 1 : 0;
  return any;
}

namespace {

// Rows that are read ahead of their application: when many fields are wanted, the lines of a text
// make some hundred times their bytes.
constexpr std::size_t most_ahead = 8 * 1024 * 1024;

std::size_t row_bytes(const Batch& batch) noexcept {
  return batch.size() * batch.width() * sizeof(Value);
}

// Moves the cursor behind the lines of the text without reading them. False if one may be too long:
// then only reading tells where it ends.
bool skip(std::string_view text, bool last, weir_cursor& cursor) noexcept {
  std::string_view left = text.substr(cursor.consumed);
  const std::size_t lf = left.rfind('\n');
  const std::size_t whole = lf == std::string_view::npos ? 0 : lf + 1;
  if (left.size() - whole > WEIR_MAX_EVENT_BYTES) return false;
  left = left.substr(0, last ? left.size() : whole);
  cursor.consumed += left.size();
  while (!left.empty()) {
    const std::size_t end = std::min(left.find('\n'), left.size() - 1) + 1;
    ++cursor.lines;
    cursor.events += is_blank(left.substr(0, end)) ? 0 : 1;
    left.remove_prefix(end);
  }
  return true;
}

}  // namespace

// Reads what the lines hold from its beginning on, as far as there is memory to read ahead. end:
// in, where the source stands; out, behind what will be fed.
void Engine::read_ahead(Lines& lines, weir_cursor& end) {
  const WorkerPool::Lease lease(workers_);
  lines.count = lines.next = 0;
  lines.rest = end;
  lines.rest.consumed = 0;
  try {
    std::size_t ahead = 0;
    for (bool more = true; more;) {
      const Gate::Shared gate(gate_);
      // What depends on the time is for the call that feeds; here only the end is looked for.
      const bool timed = rules_->timed;
      if (timed && (!lines.records.empty() || skip(lines.text, lines.last, end))) break;
      more = read_part(*rules_, *lease, Time(), lines, lines.rest);
      end = lines.rest;
      if (!more) continue;
      Portion& portion = lines.parts[lines.count - 1].portion;
      if (timed) portion.version = 0;
      ahead += row_bytes(portion.batch);
      if (ahead <= most_ahead) continue;
      if (!lines.records.empty() || skip(lines.text, lines.last, end)) break;
    }
  } catch (...) {
    lines.forget();
    throw;
  }
}

void Engine::read_lines(Lines& lines, std::string_view text, bool last, weir_cursor& cursor) {
  lines.forget();
  lines.text = text;
  lines.last = last;
  weir_cursor end = cursor;
  read_ahead(lines, end);
  lines.text = text.substr(0, end.consumed);
  cursor = end;
}

void Engine::read_records(Lines& lines, std::span<const weir_record> records) {
  lines.forget();
  lines.records = records;
  weir_cursor end{};
  if (!records.empty()) read_ahead(lines, end);
}

// Gives the parts in their order; reads what is left one by one, and again what other rules read.
struct Engine::LineSource {
  Engine& engine;
  Worker& worker;
  Time now;
  Lines& lines;

  Portion* next(const Ruleset& rules) {
    while (lines.next < lines.count && lines.parts[lines.next].portion.empty()) ++lines.next;
    if (lines.next < lines.count && lines.parts[lines.next].portion.version != engine.version_) {
      auto& [start, portion] = lines.parts[lines.next];
      lines.rest = start;
      if (portion.applied > 0) portion.batch.advance(lines.rest, portion.applied);
      lines.next = lines.count;
    }
    if (lines.next == lines.count) {
      lines.next = lines.count = 0;
      if (!engine.read_part(rules, worker, now, lines, lines.rest)) return nullptr;
    }
    return &lines.parts[lines.next].portion;
  }
  void applied(const Portion&) {}
};

Status Engine::feed_batch(Lines& lines, const Feeding& feeding) {
  const WorkerPool::Lease lease(workers_);
  if (const Status status = begin(*lease, feeding); status != Status::ok) return status;
  return feed_chunks(*lease, feeding, LineSource{*this, *lease, feeding.now, lines});
}

}  // namespace weir::engine
