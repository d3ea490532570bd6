// What a document that is loaded does to the aggregation rules of the one before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rule/document.h"

namespace weir::engine {

// Of each rule of `now`, in its order, the one of `before` that means the same: its buckets go on.
using Successions = std::vector<std::optional<std::size_t>>;
Successions same_rules(const rule::Document& before, const rule::Document& now);

// A rule changed if one with its ID, or else with its tenant and name, means something else now.
struct RuleChanges {
  std::uint64_t kept = 0, added = 0, changed = 0, removed = 0;
};
RuleChanges changes_of(const rule::Document& before, const rule::Document& now,
                       const Successions& same);

}  // namespace weir::engine
