// Outputs between the table and the sink: enriched, delivered, kept while nobody takes them.

#include <algorithm>
#include <new>

#include "engine/additions.h"
#include "engine/engine.h"
#include "event/convert.h"
#include "event/field_value.h"

namespace weir::engine {

namespace {

// The values of an output by slot, for filters and callbacks.
void fill_row(const Output& output, const Ruleset& rules, Worker& worker, Bump& memory) {
  const KeyTree& keys = rules.keys.front();
  worker.row.assign(keys.width(), Value{});
  const weir_event& event = output.event;
  if (event.fields == nullptr) {
    std::uint64_t counted = 0;  // when the line was read first
    worker.reader.start(output.line);
    worker.reader.read(output.line, keys, worker.row.data(), memory, counted);
  }
  for (std::uint64_t i = 0; i < event.field_count; ++i) {
    const weir_field& field = event.fields[i];
    const Slot slot = rules.slots.find(field.id);
    if (slot == SlotMap::none) continue;
    Value value = value_of(field);
    worker.row[slot] = convert(value, rules.slots.type(slot), memory) ? value : Value{};
  }
  if (rules.type == SlotMap::none) return;
  if (Value& type = worker.row[rules.type]; !type.present()) type = base_event;
}

// True if the callback answered that it is done; then the output has what it added.
bool enrich_one(const Enricher& enricher, const Ruleset& rules, Output& output, Worker& worker,
                OutputQueue& outputs, const Engine& engine) {
  const Callbacks& callbacks = *enricher.callbacks;
  Bump& memory = outputs.memory;
  const weir_event event =
      callbacks.all_fields
          ? whole_event(output, rules.formats->front(), worker.whole, worker.fields, memory)
          : worker.showcase.show(callbacks, enricher.callback_slots, rules, worker.row.data(),
                                 {output.event, output.line}, memory);
  weir_additions additions(memory, output.additions);
  std::int32_t answer = WEIR_CALLBACK_FAILED;
  {
    const InsideCallback inside(engine);
    callbacks.enrich(callbacks.user, &event, &additions, &answer);
  }
  if (answer != WEIR_OK) return false;
  output.additions = additions.copy();
  for (const weir_field& field : output.additions)
    if (const Slot slot = rules.slots.find(field.id); slot != SlotMap::none)
      worker.row[slot] = value_of(field);
  return true;
}

}  // namespace

void Engine::enrich(Worker& worker, OutputQueue& outputs) {
  const Ruleset& rules = *rules_;
  if (rules.enrichers.empty()) return;
  std::uint64_t failures = 0;
  worker.scratch.clock = clock_.of_lookups();
  for (std::size_t i = outputs.next; i < outputs.items.size(); ++i) {
    Output& output = outputs.items[i];
    if (output.enriched || output.kind == WEIR_OUTPUT_REJECTED) continue;
    fill_row(output, rules, worker, outputs.memory);
    for (const Enricher& enricher : rules.enrichers) {
      if (enricher.only != nullptr && enricher.only != output.rule) continue;
      if (!enricher.filter.matches(worker.row.data(), worker.scratch)) continue;
      if (!enrich_one(enricher, rules, output, worker, outputs, *this)) ++failures;
    }
    output.enriched = true;
  }
  Counts counts;
  counts.enrich_failures = failures;
  if (failures > 0) add_counts(counts);
}

void Engine::enrich_now(Worker& worker, OutputQueue& outputs) noexcept {
  try {
    enrich(worker, outputs);
  } catch (const std::bad_alloc&) {
    return;
  }
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
