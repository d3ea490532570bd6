// The calls that move events.

#include "engine/engine.h"

namespace weir::engine {

namespace {

// Buckets that are made into events between two offers to the sink; at most twice as many.
constexpr std::size_t closing_batch = 4096;

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

Status Engine::begin(Worker& worker, Time now, const weir_sink& sink) {
  if (const Status status = deliver_pending(worker, sink); status != Status::ok) return status;
  // With the clock of events, `now` only bounds how far their times may lead.
  if (options_.clock == ClockMode::host) move_clock(now);
  return close_due(worker, clock_.now().line, aggregate::Reason::lifetime, sink);
}

Status Engine::close_due(Worker& worker, Time line, aggregate::Reason reason, const weir_sink& sink,
                         std::uint64_t opened_before) {
  const aggregate::Horizon horizon{line, opened_before};
  while (table_.any_due(line)) {
    {
      const Gate::Shared gate(gate_);
      OutputQueue& outputs = worker.outputs();
      outputs.clear();
      outputs.rules = rules_->rules;
      worker.closed.clear();
      outputs.items.reserve(2 * closing_batch);
      worker.closed.reserve(2 * closing_batch);
      const aggregate::Clock clock = clock_.now();
      const std::int64_t now = clock.host().millis();
      const bool by_deadline = reason == aggregate::Reason::lifetime;
      if (!table_.close_due(horizon, reason, by_deadline ? nullptr : &now, closing_batch,
                            {clock.shift, options_.instance, &outputs.memory, &worker.closed}))
        return Status::ok;
      for (const aggregate::Closed& closed : worker.closed) outputs.add(closed);
      enrich_now(worker, outputs);
    }
    if (const Status status = deliver(worker, sink); status != Status::ok) return status;
  }
  return Status::ok;
}

// read(rules) fills the worker's batch; done(events) says how many of it were applied.
template <class Read, class Done>
Status Engine::feed_chunks(Worker& worker, Time now, const weir_sink& sink, Read&& read,
                           Done&& done) {
  while (true) {
    std::size_t count = 0;
    {
      const Gate::Shared gate(gate_);
      const std::shared_ptr<const Ruleset> rules = rules_;
      read(*rules);
      const std::size_t whole = worker.batch.size();
      if (whole == 0) {
        done(0);
        return Status::ok;
      }
      count = whole;
      apply(rules, worker, now, count);
      if (count > 0) {
        done(count);
        enrich_now(worker, worker.outputs());
      }
    }
    Status status = Status::ok;
    if (count > 0) {
      status = deliver(worker, sink);
    } else {
      const Time line = worker.line.front();
      clock_.move_line(line);
      status = close_due(worker, line, aggregate::Reason::lifetime, sink);
    }
    if (status != Status::ok) return status;
  }
}

Status Engine::feed(const weir_event* events, std::size_t count, Time now, const weir_sink& sink,
                    std::uint64_t& consumed) {
  const WorkerPool::Lease lease(workers_);
  Worker& worker = *lease;
  if (const Status status = begin(worker, now, sink); status != Status::ok) return status;
  return feed_chunks(
      worker, now, sink,
      [&](const Ruleset& rules) { worker.batch.read(rules, events + consumed, count - consumed); },
      [&](std::size_t applied) { consumed += applied; });
}

Status Engine::feed_lines(std::string_view text, Time now, bool last, const weir_sink& sink,
                          weir_cursor& cursor) {
  const WorkerPool::Lease lease(workers_);
  Worker& worker = *lease;
  if (const Status status = begin(worker, now, sink); status != Status::ok) return status;
  return feed_chunks(
      worker, now, sink,
      [&](const Ruleset& rules) {
        worker.batch.read(rules, text.substr(cursor.consumed), last, cursor);
      },
      [&](std::size_t applied) { worker.batch.advance(cursor, applied); });
}

Status Engine::advance(Time now, const weir_sink& sink) {
  const WorkerPool::Lease lease(workers_);
  Worker& worker = *lease;
  if (const Status status = deliver_pending(worker, sink); status != Status::ok) return status;
  move_clock(now);
  return close_due(worker, clock_.now().line, aggregate::Reason::lifetime, sink);
}

Status Engine::flush(const weir_sink& sink) {
  const WorkerPool::Lease lease(workers_);
  Worker& worker = *lease;
  if (const Status status = deliver_pending(worker, sink); status != Status::ok) return status;
  // What other threads open from here on stays open: a flush ends, however fast they feed.
  std::uint64_t opened_before = 0;
  {
    const Gate::Alone gate(gate_);
    opened_before = ordinal_.load(std::memory_order_relaxed);
  }
  const Status status = close_due(worker, clock_.now().line, aggregate::Reason::lifetime, sink);
  if (status != Status::ok) return status;
  return close_due(worker, end_of_time, aggregate::Reason::flush, sink, opened_before);
}

}  // namespace weir::engine
