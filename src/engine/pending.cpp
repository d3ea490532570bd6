// Outputs between the table and the sink: enriched, delivered, kept while nobody takes them.

#include <new>

#include "engine/engine.h"
#include "engine/enriching.h"

namespace weir::engine {

void Engine::enrich(Worker& worker, OutputQueue& outputs) {
  const Ruleset& rules = *rules_;
  if (rules.enrichers.empty()) return;
  worker.scratch.clock = clock_.of_lookups();
  Counts counts;
  counts.enrich_failures = Enriching(*this, rules, worker, outputs, held_).run();
  if (counts.enrich_failures > 0) add_counts(counts);
}

void Engine::enrich_now(Worker& worker, OutputQueue& outputs) noexcept {
  try {
    enrich(worker, outputs);
  } catch (const std::bad_alloc&) {
    // Those that are left are enriched when they are offered.
  }
  outputs.forget_rows();
}

// Offers one queue; what is left of it goes to the engine's, at `end`.
Status Engine::offer(std::list<OutputQueue>& queue, Worker& worker, const weir_sink& sink,
                     End end) {
  OutputQueue& outputs = queue.front();
  const auto keep_rest = [&] {
    if (outputs.empty()) return;
    outputs.own();
    const std::lock_guard lock(pending_mutex_);
    pending_.splice(end == End::front ? pending_.begin() : pending_.end(), queue);
  };
  Status status = Status::ok;
  try {
    {
      const Gate::Shared gate(gate_);
      enrich(worker, outputs);
    }
    status = worker.delivery.deliver(outputs, sink, *this);
  } catch (...) {
    keep_rest();
    throw;
  }
  keep_rest();
  return status;
}

Status Engine::deliver(Worker& worker, const weir_sink& sink) {
  return worker.outputs().empty() ? Status::ok : offer(worker.queue, worker, sink, End::back);
}

Status Engine::deliver_pending(Worker& worker, const weir_sink& sink) {
  while (true) {
    std::list<OutputQueue> oldest;
    {
      const std::lock_guard lock(pending_mutex_);
      if (pending_.empty()) return Status::ok;
      oldest.splice(oldest.begin(), pending_, pending_.begin());
    }
    const Status status = offer(oldest, worker, sink, End::front);
    if (status != Status::ok) return status;
  }
}

}  // namespace weir::engine
