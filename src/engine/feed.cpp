// The calls that move events.

#include <algorithm>
#include <utility>

#include "engine/engine.h"
#include "engine/feeding.h"

namespace weir::engine {

namespace {

// Of large buckets fewer become events between two offers to the sink, so that these take no more
// than some mebibytes beside them; and of those that close for want of memory, while other threads'
// do.
constexpr std::size_t least_in_batch = 32;
constexpr std::uint64_t due_bytes = 2 << 20, evicted_bytes = 256 << 10;
constexpr std::uint64_t small_event = 512;

std::size_t closing_batch(const aggregate::Use& open, std::uint64_t bytes) noexcept {
  const std::uint64_t average = open.bytes / std::max<std::uint64_t>(open.groups, 1);
  return std::max<std::size_t>(bytes / (average + small_event), least_in_batch);
}

}  // namespace

void Engine::move_clock(Time now) {
  if (options_.clock == ClockMode::event) return clock_.move_line(now);
  if (!clock_.move_host(now)) return;
  {
    const std::lock_guard lock(counts_mutex_);
    ++steps_back_;
  }
  log(WEIR_LOG_WARNING, "the host's clock was stepped back; deadlines moved with it");
}

Status Engine::begin(Worker& worker, const Feeding& feeding) {
  log_notes();
  if (const Status status = deliver_pending(worker, feeding.sink); status != Status::ok)
    return status;
  if (const Status status = deliver_answered(worker, feeding.sink); status != Status::ok)
    return status;
  // With the clock of events, `now` only bounds how far their times may lead.
  if (options_.clock == ClockMode::host) move_clock(feeding.now);
  const Status status = close_due(worker, clock_.now().line, feeding.sink);
  return status == Status::ok ? evict(worker, feeding.sink) : status;
}

// close(closing, now, batch) closes some buckets, `batch` of them or up to twice as many.
template <class Close>
Status Engine::close_some(Worker& worker, const weir_sink& sink, Some some, Close&& close) {
  {
    const Gate::Shared gate(gate_);
    OutputQueue& outputs = worker.outputs();
    outputs.clear();
    outputs.made_under(*rules_);
    worker.closed.clear();
    const std::size_t batch = std::min(closing_batch(table_.use(), some.bytes), some.most);
    outputs.items.reserve(2 * batch);
    worker.closed.reserve(2 * batch);
    const aggregate::Clock clock = clock_.now();
    close(aggregate::Closing{clock.shift, rules_->ranks, options_.instance, &outputs.memory,
                             &worker.closed},
          clock.host().millis(), batch);
    for (const aggregate::Closed& closed : worker.closed) outputs.add(closed);
    enrich_now(worker, outputs);
  }
  return deliver(worker, sink);
}

// more: there may be.
Status Engine::close_due_some(Worker& worker, const aggregate::Horizon& horizon,
                              aggregate::Reason reason, Some some, const weir_sink& sink,
                              bool& more) {
  const bool by_deadline = reason == aggregate::Reason::lifetime;
  return close_some(worker, sink, some,
                    [&](const aggregate::Closing& closing, std::int64_t now, std::size_t batch) {
                      more = table_.close_due(horizon, reason, by_deadline ? nullptr : &now, batch,
                                              closing);
                    });
}

Status Engine::close_due(Worker& worker, Time line, const weir_sink& sink) {
  Status status = Status::ok;
  for (bool more = true; more && status == Status::ok && table_.any_due(line);)
    status = close_due_some(worker, {line}, aggregate::Reason::lifetime, {due_bytes}, sink, more);
  return status;
}

Status Engine::close_all(Worker& worker, const aggregate::Horizon& horizon,
                         aggregate::Reason reason, Moment until, const weir_sink& sink) {
  // Where others feed, the room is theirs too, and there may never be any.
  const auto alone = [this, begun = ordinal_.load(std::memory_order_relaxed)] {
    return ordinal_.load(std::memory_order_relaxed) == begun;
  };
  for (bool more = true; more && table_.any_due(horizon.line);) {
    Status status = deliver_until(worker, until, sink, [&] { return room() != 0 || !alone(); });
    if (status != Status::ok) return status;
    const std::uint64_t room = this->room();
    Some some{due_bytes};
    if (room != 0 && alone())  // else the time is over, or others feed
      some.most = std::min<std::uint64_t>(some.most, std::max<std::uint64_t>(room / 2, 1));
    status = close_due_some(worker, horizon, reason, some, sink, more);
    if (status != Status::ok) return status;
  }
  return Status::ok;
}

Status Engine::evict(Worker& worker, const weir_sink& sink) {
  {
    const Gate::Shared gate(gate_);
    table_.set_beside(held_.bytes());
    if (!table_.over_bounds()) return Status::ok;
  }
  for (bool more = true; more;) {
    const Status status =
        close_some(worker, sink, {evicted_bytes},
                   [&](const aggregate::Closing& closing, std::int64_t now, std::size_t batch) {
                     more = table_.evict(now, batch, closing);
                   });
    if (status != Status::ok) return status;
  }
  return Status::ok;
}

// Reads a portion when the one before is applied, or when the rules or lookups that it was given to
// are gone.
template <class Read, class Applied>
struct Engine::DirectSource {
  Engine& engine;
  Worker& worker;
  Time now;
  Read read;      // the next events into a batch
  Applied moved;  // as many events of the portion as it says have been applied
  bool begun = false;

  Portion* next(const Ruleset& rules) {
    Portion& portion = worker.portion;
    if (begun && !portion.empty() && portion.version == engine.version_) return &portion;
    begun = true;
    portion.applied = 0;
    read(rules, portion.batch);
    if (portion.batch.size() == 0) {
      moved(portion);
      return nullptr;
    }
    engine.select(rules, worker, now, portion);
    return &portion;
  }
  void applied(const Portion& portion) { moved(portion); }
};

template <class Read, class Applied>
Engine::DirectSource<Read, Applied> Engine::direct(Worker& worker, Time now, Read read,
                                                   Applied moved) {
  return {*this, worker, now, std::move(read), std::move(moved)};
}

// read(rules, worker, batch): the next of what the host counts one by one, from `consumed` on.
template <class Read>
Status Engine::feed_each(Time now, const weir_sink& sink, std::uint64_t& consumed, Read&& read) {
  const WorkerPool::Lease lease(workers_);
  Worker& worker = *lease;
  const Feeding feeding{now, sink};
  if (const Status status = begin(worker, feeding); status != Status::ok) return status;
  std::uint64_t start = 0;  // of the portion
  return feed_chunks(worker, feeding,
                     direct(
                         worker, now,
                         [&](const Ruleset& rules, Batch& batch) {
                           start = consumed;
                           read(rules, worker, batch);
                         },
                         [&](const Portion& portion) { consumed = start + portion.applied; }));
}

Status Engine::feed(const weir_event* events, std::size_t count, Time now, const weir_sink& sink,
                    std::uint64_t& consumed) {
  return feed_each(now, sink, consumed, [&](const Ruleset& rules, Worker&, Batch& batch) {
    batch.read(rules, events + consumed, count - consumed);
  });
}

Status Engine::feed_records(std::span<const weir_record> records, Time now, const weir_sink& sink,
                            std::uint64_t& consumed) {
  return feed_each(now, sink, consumed, [&](const Ruleset& rules, Worker& worker, Batch& batch) {
    const auto rest = records.subspan(consumed);
    batch.read(rules, rest.data(), rest.size(), worker.records);
  });
}

Status Engine::feed_lines(std::string_view text, Time now, bool last, const weir_sink& sink,
                          weir_cursor& cursor) {
  const WorkerPool::Lease lease(workers_);
  Worker& worker = *lease;
  const Feeding feeding{now, sink};
  if (const Status status = begin(worker, feeding); status != Status::ok) return status;
  weir_cursor start = cursor;
  return feed_chunks(worker, feeding,
                     direct(
                         worker, now,
                         [&](const Ruleset& rules, Batch& batch) {
                           start = cursor;
                           batch.read(rules, text.substr(start.consumed), last, start,
                                      worker.lines);
                         },
                         [&](const Portion& portion) {
                           cursor = start;
                           portion.batch.advance(cursor, portion.applied);
                         }));
}

Status Engine::advance(Time now, const weir_sink& sink) {
  const WorkerPool::Lease lease(workers_);
  Worker& worker = *lease;
  log_notes();
  if (const Status status = deliver_pending(worker, sink); status != Status::ok) return status;
  if (const Status status = deliver_answered(worker, sink); status != Status::ok) return status;
  move_clock(now);
  return close_due(worker, clock_.now().line, sink);
}

Status Engine::flush(Duration limit, const weir_sink& sink) {
  const WorkerPool::Lease lease(workers_);
  Worker& worker = *lease;
  log_notes();
  if (const Status status = deliver_pending(worker, sink); status != Status::ok) return status;
  // What other threads open from here on stays open: a flush ends, however fast they feed.
  std::uint64_t opened_before = 0;
  {
    const Gate::Alone gate(gate_);
    opened_before = ordinal_.load(std::memory_order_relaxed);
  }
  const Moment until = moment_after(limit);
  Status status = close_all(worker, {clock_.now().line}, aggregate::Reason::lifetime, until, sink);
  if (status != Status::ok) return status;
  status = close_all(worker, {end_of_time, opened_before}, aggregate::Reason::flush, until, sink);
  return status == Status::ok ? wait_for_answers(worker, until, sink) : status;
}

}  // namespace weir::engine
