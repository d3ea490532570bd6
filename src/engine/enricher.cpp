#include "engine/enricher.h"

namespace weir::engine {

void Tally::add(const EnrichmentCounts& counts) noexcept {
  const auto add = [](std::atomic<std::uint64_t>& total, std::uint64_t count) {
    if (count != 0) total.fetch_add(count, std::memory_order_relaxed);
  };
  add(applied_, counts.applied);
  add(skipped_, counts.skipped);
  add(missed_, counts.missed);
  add(errors_, counts.errors);
  add(cut_, counts.cut);
  add(dropped_pairs_, counts.dropped_pairs);
}

EnrichmentCounts Tally::total() const noexcept {
  EnrichmentCounts counts;
  counts.applied = applied_.load(std::memory_order_relaxed);
  counts.skipped = skipped_.load(std::memory_order_relaxed);
  counts.missed = missed_.load(std::memory_order_relaxed);
  counts.errors = errors_.load(std::memory_order_relaxed);
  counts.cut = cut_.load(std::memory_order_relaxed);
  counts.dropped_pairs = dropped_pairs_.load(std::memory_order_relaxed);
  return counts;
}

}  // namespace weir::engine
