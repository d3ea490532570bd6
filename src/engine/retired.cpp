#include "engine/retired.h"

#include <algorithm>

namespace weir::engine {

aggregate::RuleCounters closed_all(aggregate::RuleCounters counters, const aggregate::Rule& rule,
                                   const std::vector<aggregate::Closed>& closed) {
  const auto lone = static_cast<std::uint64_t>(std::count_if(
      closed.begin(), closed.end(),
      [&](const aggregate::Closed& one) { return one.rule == &rule && one.lone != nullptr; }));
  counters.aggregated += counters.open_groups - lone;
  counters.closed[static_cast<std::size_t>(aggregate::Reason::reload)] += counters.open_groups;
  counters.out += counters.open_events - lone;
  counters.lone += lone;
  counters.open_groups = counters.open_events = counters.open_bytes = 0;
  return counters;
}

}  // namespace weir::engine
