// The loop of every call that feeds.
#pragma once

#include "engine/engine.h"

namespace weir::engine {

// source.next(rules) gives the portion to apply next, or null at the end; source.applied(portion)
// is told when more of it was applied.
template <class Source>
Status Engine::feed_chunks(Worker& worker, const Feeding& feeding, Source&& source) {
  while (true) {
    Range applied{};
    bool over_bounds = false;
    bool answered = false;
    {
      const Gate::Shared gate(gate_);
      const Ruleset& rules = *rules_;
      Portion* const portion = source.next(rules);
      if (portion == nullptr) return Status::ok;
      applied = apply(rules, worker, feeding, *portion);
      if (applied.end > applied.begin) {
        source.applied(*portion);
        over_bounds = table_.over_bounds();
        enrich_now(worker, worker.outputs());
        answered = has_answers(rules);
      }
    }
    Status status = Status::ok;
    if (applied.end > applied.begin) {
      status = deliver(worker, feeding.sink);
      if (status == Status::ok && over_bounds) status = evict(worker, feeding.sink);
      if (status == Status::ok && answered) status = deliver_answered(worker, feeding.sink);
    } else {
      const Time line = worker.line[applied.begin];
      clock_.move_line(line);
      status = close_due(worker, line, feeding.sink);
    }
    if (status != Status::ok) return status;
  }
}

}  // namespace weir::engine
