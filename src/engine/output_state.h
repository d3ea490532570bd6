// Outputs that no sink has accepted, in a snapshot.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "engine/output.h"
#include "event/state.h"

namespace weir::engine {

// The number of an aggregation rule in the snapshot.
inline constexpr std::uint32_t no_rule = ~std::uint32_t{0};
using NumberOfRule = std::function<std::uint32_t(const aggregate::Rule*)>;

// The names of enrichment rules when events were held, which their places are in; or null.
using Order = std::shared_ptr<const std::vector<std::string>>;

// Begins a queue. Throws bad_alloc.
void write_order(StateWriter& out, const Order& order);
// One output of it; nothing of its memory is borrowed from a host. An output that waits for an
// answer, or has one that was not looked at, is one that is asked about again.
void write_output(StateWriter& out, const Output& output, const NumberOfRule& number_of);

// A queue with its outputs, copied. rules: by number, those that are gone null. set: what the
// lines are read by, which are looked through. Throws Failure(invalid_snapshot) or bad_alloc.
void read_outputs(StateReader& in, const std::vector<const aggregate::Rule*>& rules,
                  const Ruleset& set, OutputQueue& queue);

}  // namespace weir::engine
