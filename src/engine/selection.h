// The filter phase: which rule takes each event of a batch.
#pragma once

#include "engine/ruleset.h"
#include "engine/worker.h"

namespace weir::engine {

// Gives each of the first `count` events of the batch its verdict, and the chunk an item for each
// that a rule takes: rules in their order, the first that takes an event has it. Calls host
// filters, once a rule. Throws bad_alloc; changes nothing but the worker.
void select(const Ruleset& rules, Worker& worker, std::size_t count, const Engine& engine);

// The fields that a callback reads, as an event. `fed`: the event as it came, or fields null and
// `line`. What had to be made lies in `memory`. Throws bad_alloc.
weir_event shown_event(const Callbacks& callbacks, const std::vector<Slot>& slots,
                       const SlotMap& map, const Value* row, const weir_event& fed,
                       std::string_view line, Worker& worker, Bump& memory);

}  // namespace weir::engine
