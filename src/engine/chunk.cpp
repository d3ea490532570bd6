// One chunk: events placed on the time line, applied, their outputs put in order.

#include <algorithm>
#include <span>

#include "engine/engine.h"

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

// Places on the line before the clock was ever moved are 0.
auto first_moved(std::span<const Time> line) noexcept {
  return std::find_if(line.begin(), line.end(), [](Time time) { return time.nanos != 0; });
}

bool leaves(Verdict verdict) noexcept {
  return verdict == Verdict::passed || verdict == Verdict::rejected;
}

}  // namespace

void Engine::place_on_line(const Ruleset& rules, Worker& worker, Time now, const Batch& batch,
                           Range range) {
  Time line = clock_.now().line;
  if (worker.line.size() < range.end) worker.line.resize(range.end);
  worker.counts.future_times = 0;
  if (options_.clock == ClockMode::host) {
    std::fill(worker.line.begin() + static_cast<std::ptrdiff_t>(range.begin),
              worker.line.begin() + static_cast<std::ptrdiff_t>(range.end), line);
    return;
  }
  // Without a `now`, and with a skew as large as "no bound", only the end of time is too far ahead.
  const Duration skew = clock_.max_skew();
  const bool bounded = now.nanos != 0 && now.nanos <= latest.nanos - skew.nanos;
  const Time bound = bounded ? now + skew : latest;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    Time time;
    if (batch.verdicts()[i] != Verdict::rejected &&
        event_time(batch.row(i)[rules.timestamp], time) && time > line) {
      if (time > bound)
        ++worker.counts.future_times;
      else
        line = time;
    }
    worker.line[i] = line;
  }
}

void Engine::select(const Ruleset& rules, Worker& worker, Time now, Portion& portion) {
  Standing standing{version_, clock_.of_lookups(), {}};
  if (rules.timed && options_.clock == ClockMode::event) {
    const std::size_t size = portion.batch.size();
    place_on_line(rules, worker, now, portion.batch, {0, size});
    standing.line = std::span(worker.line).first(size);
    // The events of this portion may be the first that move the clock.
    const auto moved = first_moved(standing.line);
    if (!standing.clock.started && moved != standing.line.end())
      standing.clock = {*moved, *moved, true};
  }
  worker.selection.select(rules, portion, standing, *this);
}

Engine::Range Engine::cut(const Worker& worker, Range range) {
  const Time end = worker.line[range.end - 1];
  if (!table_.any_due(end) || table_.count_due(end) <= max_due_in_chunk) return range;
  std::size_t low = range.begin, high = range.end - 1;  // the first before which too much is due
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (table_.count_due(worker.line[middle]) > max_due_in_chunk)
      high = middle;
    else
      low = middle + 1;
  }
  return {range.begin, low};
}

Engine::Range Engine::apply(const Ruleset& rules, Worker& worker, const Feeding& feeding,
                            Portion& portion) {
  const Range whole{portion.applied, portion.batch.size()};
  worker.counts = {};
  place_on_line(rules, worker, feeding.now, portion.batch, whole);
  const Range range = cut(worker, whole);
  if (range.begin == range.end) return range;
  if (range.end < whole.end) place_on_line(rules, worker, feeding.now, portion.batch, range);
  const Duration shift = clock_.now().shift;
  find_late(rules, worker, portion.batch, shift, range);
  const std::uint64_t version = portion.version;
  if (worker.counts.late > 0 && rules.event_time.late_events != rule::LateEvents::next)
    strike_late(rules, worker, portion, shift, range);
  prepare(rules, worker, portion, shift, range);
  table_.reserve(worker.chunk);
  // Nothing must fail once the chunk is applied: neither merging, nor keeping what no sink takes.
  try {
    reserve_outputs(worker, portion.batch, range);
  } catch (...) {
    table_.release(worker.chunk);
    throw;
  }
  const std::size_t size = range.end - range.begin;
  worker.chunk.first_ordinal = ordinal_.fetch_add(size, std::memory_order_relaxed) - range.begin;
  table_.apply(worker.chunk);
  portion.applied = range.end;
  portion.version = version;
  if (options_.clock == ClockMode::event) {
    // The event that moves the clock first is its first moment, wherever it stands in its chunk.
    const std::span<const Time> line(worker.line.data() + range.begin, size);
    if (const auto moved = first_moved(line); moved != line.end()) clock_.move_line(*moved);
    clock_.move_line(line.back());
  }
  count(worker, portion, range);
  merge_outputs(worker, portion.batch, range, feeding.lines_before);
  return range;
}

void Engine::prepare(const Ruleset& rules, Worker& worker, const Portion& portion, Duration shift,
                     Range range) {
  OutputQueue& outputs = worker.outputs();
  outputs.clear();
  outputs.made_under(rules);
  worker.closed.clear();
  aggregate::Chunk& chunk = worker.chunk;
  chunk.plans = rules.plans;
  chunk.rows = portion.batch.rows();
  chunk.width = portion.batch.width();
  chunk.line = worker.line;
  chunk.items = portion.items;
  chunk.begin = static_cast<std::uint32_t>(range.begin);
  chunk.end = static_cast<std::uint32_t>(range.end);
  chunk.rounds = rules.rounds;
  chunk.taken = nullptr;
  if (rules.dedups) {
    worker.taken.fill(false);
    chunk.taken = worker.taken.data();
  }
  chunk.late = worker.counts.late > 0 ? worker.late.data() : nullptr;
  worker.fed.clear();
  if (rules.passes_lone)
    for (std::size_t i = 0; i < range.end; ++i) worker.fed.push_back(portion.batch.fed(i));
  chunk.fed = worker.fed;
  chunk.closing = {shift, rules.ranks, options_.instance, &outputs.memory, &worker.closed};
}

void Engine::reserve_outputs(Worker& worker, const Batch& batch, Range range) {
  OutputQueue& outputs = worker.outputs();
  std::size_t bytes = 0;
  for (std::size_t event = range.begin; event < range.end; ++event)
    if (leaves(batch.verdicts()[event]))
      bytes += owned_size(batch.fed(event), batch.problem(event));
  outputs.reserve_own(bytes);
  const std::size_t size = range.end - range.begin;
  // Under `match: all` an event can close a bucket of each rule.
  worker.closed.reserve(std::max(size, worker.chunk.items.size()) + max_due_in_chunk);
  outputs.items.reserve(size + worker.closed.capacity());
}

void Engine::count(Worker& worker, Portion& portion, Range range) {
  std::vector<Verdict>& verdicts = portion.batch.verdicts();
  if (worker.chunk.taken != nullptr)
    for (std::size_t event = range.begin; event < range.end; ++event)
      if (worker.taken[event]) verdicts[event] = Verdict::taken;
  const auto begin = verdicts.begin() + static_cast<std::ptrdiff_t>(range.begin);
  const auto end = verdicts.begin() + static_cast<std::ptrdiff_t>(range.end);
  const auto number_of = [&](Verdict verdict) {
    return static_cast<std::uint64_t>(std::count(begin, end, verdict));
  };
  Counts& counts = worker.counts;
  counts.events = range.end - range.begin;
  counts.rejected = number_of(Verdict::rejected);
  counts.filtered = number_of(Verdict::filtered);
  counts.passed = number_of(Verdict::passed);
  counts.taken = number_of(Verdict::taken);
  const auto& errors = portion.batch.conversion_errors();
  counts.conversion_errors =
      static_cast<std::uint64_t>(std::lower_bound(errors.begin(), errors.end(), range.end) -
                                 std::lower_bound(errors.begin(), errors.end(), range.begin));
  counts.filter_failures = std::exchange(portion.filter_failures, 0);
  add_counts(counts);
}

void Engine::merge_outputs(Worker& worker, const Batch& batch, Range range,
                           std::uint64_t lines_before) noexcept {
  OutputQueue& outputs = worker.outputs();
  auto closed = worker.closed.begin();
  const auto add_closed = [&](std::size_t event, bool own) {
    for (; closed != worker.closed.end() && closed->position == event &&
           (own || closed->reason != aggregate::Reason::count);
         ++closed)
      outputs.add(*closed);
  };
  for (std::size_t event = range.begin; event < range.end; ++event) {
    add_closed(event, false);
    const Verdict verdict = batch.verdicts()[event];
    if (verdict == Verdict::passed)
      outputs.add_passed(batch.fed(event), batch.row(event));
    else if (verdict == Verdict::rejected)
      outputs.add_rejected(
          batch.fed(event), batch.problem(event),
          batch.line_number(event) == 0 ? 0 : batch.line_number(event) + lines_before);
    add_closed(event, true);
  }
}

void Engine::add_counts(const Counts& counts) {
  const std::lock_guard lock(counts_mutex_);
  counts_ += counts;
}

}  // namespace weir::engine
