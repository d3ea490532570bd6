// Random rules and events for comparing. Values come from small sets, so that groups and
// combinations meet often.
#pragma once

#include <cstdint>
#include <random>

#include "rule.h"
#include "value.h"

namespace model {

using Random = std::mt19937_64;

inline std::uint64_t pick(Random& random, std::uint64_t below) { return random() % below; }
inline bool one_in(Random& random, std::uint64_t n) { return pick(random, n) == 0; }

// What of the options a random document may use.
struct Allowed {
  bool unique_limit = false, unique_as = false, dedup = false, others = false, single = false,
       reason = false, statistics = false, arrays = false, match_all = false, rule_bounds = false,
       engine_bounds = false;
  bool lateness = false;  // always
  bool open = false;      // always, and with names that no schema knows
  // Of the options that are allowed, how often one is used: one time in so many.
  std::uint64_t rarity = 2;
};

Document random_document(Random& random, const Allowed& allowed);

// An event of about that time.
Fields random_event(Random& random, const Allowed& allowed, std::int64_t millis);

}  // namespace model
