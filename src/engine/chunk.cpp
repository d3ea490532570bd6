// One chunk: events placed on the time line, given to rules, applied, their outputs put in order.

#include <algorithm>

#include "engine/engine.h"
#include "engine/selection.h"

namespace weir::engine {

namespace {

// A chunk closes at most this many buckets that fall due during it; when more are due, they are
// closed before it, piece by piece, so that a sink can stop in between and memory stays bounded.
constexpr std::size_t max_due_in_chunk = 4096;

// The time of an event; beyond what a clock can take, the end of time. False if it has none.
bool event_time(const Value& timestamp, Time& time) noexcept {
  if (!timestamp.present() || timestamp.integer() < 0) return false;
  const std::int64_t millis = timestamp.integer();
  time = millis > latest.nanos / 1'000'000 ? end_of_time : Time{millis * 1'000'000};
  return true;
}

}  // namespace

void Engine::place_on_line(const Ruleset& rules, Worker& worker, Time now, std::size_t count) {
  Time line = clock_.now().line;
  worker.line.resize(count);
  worker.counts.future_times = 0;
  if (options_.clock == ClockMode::host) {
    std::fill(worker.line.begin(), worker.line.end(), line);
    return;
  }
  // Without a `now`, and with a skew as large as "no bound", only the end of time is too far ahead.
  const bool bounded = now.nanos != 0 && now.nanos <= latest.nanos - clock_.max_skew().nanos;
  const Time bound = bounded ? now + clock_.max_skew() : latest;
  for (std::size_t i = 0; i < count; ++i) {
    Time time;
    if (worker.batch.origin(i).verdict != Verdict::rejected &&
        event_time(worker.batch.row(i)[rules.timestamp], time) && time > line) {
      if (time > bound)
        ++worker.counts.future_times;
      else
        line = time;
    }
    worker.line[i] = line;
  }
}

std::size_t Engine::cut(const Worker& worker, std::size_t count) {
  if (!table_.any_due(worker.line[count - 1]) ||
      table_.count_due(worker.line[count - 1]) <= max_due_in_chunk)
    return count;
  std::size_t low = 0, high = count - 1;  // the first event before which too much is due
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (table_.count_due(worker.line[middle]) > max_due_in_chunk)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

void Engine::apply(const std::shared_ptr<const Ruleset>& rules, Worker& worker, Time now,
                   std::size_t& count) {
  worker.counts = {};
  place_on_line(*rules, worker, now, count);
  const std::size_t whole = count;
  count = cut(worker, count);
  if (count == 0) return;
  if (count < whole) place_on_line(*rules, worker, now, count);
  select(*rules, worker, count, *this);

  OutputQueue& outputs = worker.outputs();
  outputs.clear();
  outputs.rules = rules->rules;
  worker.closed.clear();
  const aggregate::Clock clock = clock_.now();
  aggregate::Chunk& chunk = worker.chunk;
  chunk.plans = rules->plans;
  chunk.rows = worker.batch.rows();
  chunk.width = worker.batch.width();
  chunk.line = worker.line;
  chunk.closing = {clock.shift, options_.instance, &outputs.memory, &worker.closed};
  chunk.shortfalls = {};
  table_.reserve(chunk);
  // Nothing must fail once the chunk is applied: neither merging, nor keeping what no sink takes.
  try {
    std::size_t bytes = 0;
    for (std::size_t event = 0; event < count; ++event) {
      const Origin& origin = worker.batch.origin(event);
      if (origin.verdict == Verdict::passed || origin.verdict == Verdict::rejected)
        bytes += owned_size(origin);
    }
    outputs.reserve_own(bytes);
    worker.closed.reserve(count + max_due_in_chunk);
    outputs.items.reserve(count + worker.closed.capacity());
  } catch (...) {
    table_.release(chunk);
    throw;
  }
  chunk.first_ordinal = ordinal_.fetch_add(count, std::memory_order_relaxed);
  table_.apply(chunk);
  worker.counts.shortfalls = chunk.shortfalls;
  if (options_.clock == ClockMode::event) clock_.move_line(worker.line.back());
  merge_outputs(worker, count);
  add_counts(worker.counts);
}

void Engine::merge_outputs(Worker& worker, std::size_t count) noexcept {
  OutputQueue& outputs = worker.outputs();
  auto closed = worker.closed.begin();
  const auto add_closed = [&](std::size_t event, bool own) {
    for (; closed != worker.closed.end() && closed->position == event &&
           (own || closed->reason != aggregate::Reason::count);
         ++closed)
      outputs.add(*closed);
  };
  for (std::size_t event = 0; event < count; ++event) {
    add_closed(event, false);
    const Origin& origin = worker.batch.origin(event);
    if (origin.verdict == Verdict::passed || origin.verdict == Verdict::rejected)
      outputs.add(origin);
    add_closed(event, true);
  }
}

void Engine::add_counts(const Counts& counts) {
  const std::lock_guard lock(counts_mutex_);
  counts_ += counts;
}

}  // namespace weir::engine
