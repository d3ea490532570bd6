// Rules that are gone.
#pragma once

#include <vector>

#include "aggregate/chunk.h"
#include "aggregate/shard.h"

namespace weir::engine {

// The counters of a rule when all its open buckets have become events, which are among `closed`.
aggregate::RuleCounters closed_all(aggregate::RuleCounters counters, const aggregate::Rule& rule,
                                   const std::vector<aggregate::Closed>& closed);

}  // namespace weir::engine
