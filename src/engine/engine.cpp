#include "engine/engine.h"

#include <algorithm>
#include <cstring>

namespace weir::engine {

aggregate::Bounds bounds_of(const aggregate::Bounds& option, const aggregate::Bounds& document) {
  const auto smaller = [](std::uint64_t a, std::uint64_t b, std::uint64_t otherwise) {
    if (a == 0 && b == 0) return otherwise;
    return a == 0 || b == 0 ? a + b : std::min(a, b);
  };
  return {smaller(option.max_groups, document.max_groups, 1'000'000),
          smaller(option.max_bytes, document.max_bytes, std::uint64_t{1} << 30)};
}

std::uint64_t held_limit(const aggregate::Bounds& bounds) noexcept { return bounds.max_bytes / 2; }

thread_local const InsideCallback* InsideCallback::innermost_ = nullptr;

Engine::Engine(Options options)
    : options_(std::move(options)),
      clock_(options_.max_future_skew),
      rules_(build_ruleset(sources_)) {
  const aggregate::Bounds bounds = bounds_of(options_.bounds, {});
  table_.set_bounds(bounds, {});
  held_.set_limit(held_limit(bounds));
}

Engine::~Engine() {
  // User data is destroyed with the rules; a destructor that enters the engine gets BUSY.
  const InsideCallback inside(*this);
  pending_.clear();
  rules_.reset();
  sources_ = {};
}

void Engine::log(std::uint32_t level, std::string_view message) const {
  if (options_.log == nullptr) return;
  const InsideCallback inside(*this);
  options_.log(options_.log_user, level, message.data(), message.size());
}

Counts& Counts::operator+=(const Counts& other) noexcept {
  events += other.events;
  rejected += other.rejected;
  filtered += other.filtered;
  passed += other.passed;
  taken += other.taken;
  conversion_errors += other.conversion_errors;
  filter_failures += other.filter_failures;
  enrich_failures += other.enrich_failures;
  future_times += other.future_times;
  late += other.late;
  return *this;
}

namespace {

using aggregate::Reason;

// With a NUL behind it; as much as there is room for. Returns how much that was.
template <std::size_t room>
std::uint32_t copy_text(std::string_view text, char (&to)[room]) {
  const std::size_t size = std::min(text.size(), room - 1);
  std::memcpy(to, text.data(), size);
  to[size] = '\0';
  return static_cast<std::uint32_t>(size);
}

// The members that weir_stats and weir_rule_stats share.
template <class Stats>
void fill(Stats& stats, const aggregate::RuleCounters& counters) {
  const auto closed = [&](Reason reason) {
    return counters.closed[static_cast<std::size_t>(reason)];
  };
  stats.aggregated = counters.aggregated;
  stats.closed_count = closed(Reason::count);
  stats.closed_lifetime = closed(Reason::lifetime);
  stats.closed_flush = closed(Reason::flush);
  stats.closed_evicted = closed(Reason::evicted);
  stats.closed_reload = closed(Reason::reload);
  stats.refused = counters.refused;
  stats.lone = counters.lone;
  stats.open_bytes = counters.open_bytes;
  stats.open_groups = counters.open_groups;
  stats.open_events = counters.open_events;
  stats.sums_skipped = counters.shortfalls.sums_skipped;
  stats.sums_saturated = counters.shortfalls.sums_saturated;
  stats.joins_cut = counters.shortfalls.joins_cut;
  stats.uniques_cut = counters.shortfalls.uniques_cut;
}

}  // namespace

void Engine::fill_stats(weir_stats& stats) {
  aggregate::RuleCounters counters = retired_;
  for (const aggregate::Plan& plan : rules_->plans) counters += table_.counters(*plan.rule);
  fill(stats, counters);
  {
    const std::lock_guard lock(counts_mutex_);
    stats.events_in = counts_.events;
    stats.rejected = counts_.rejected;
    stats.filtered = counts_.filtered;
    stats.passed = counts_.passed;
    stats.taken = counts_.taken;
    stats.conversion_errors = counts_.conversion_errors;
    stats.filter_callbacks_failed = counts_.filter_failures;
    stats.enrich_callbacks_failed = counts_.enrich_failures;
    stats.future_times = counts_.future_times;
    stats.clock_steps_back = steps_back_;
    stats.late_events = counts_.late;
    stats.loads = loads_.taken;
    stats.loads_refused = loads_.refused;
    stats.rules_kept = loads_.kept;
    stats.rules_added = loads_.added;
    stats.rules_changed = loads_.changed;
    stats.rules_removed = loads_.removed;
  }
  {
    const std::lock_guard lock(pending_mutex_);
    for (const OutputQueue& queue : pending_)
      stats.waiting_outputs += queue.items.size() - queue.next;
  }
  stats.clock = clock_.now().host().nanos;
  stats.held_events = held_.size();
  stats.held_bytes = held_.bytes();
}

void Engine::fill_rule_stats(const aggregate::Rule& rule, weir_rule_stats& stats) {
  const aggregate::RuleCounters counters = table_.counters(rule);
  fill(stats, counters);
  stats.taken = counters.taken;
  stats.out = counters.out;
  stats.late_events = counters.late;
  stats.oldest_opened = counters.oldest_opened.nanos;
  stats.name_size = copy_text(rule.settings().name, stats.name);
}

void Engine::fill_enrichment_stats(const Enricher& enricher, weir_enrichment_stats& stats) const {
  stats.name_size = copy_text(enricher.name, stats.name);
  copy_text(enricher.type, stats.type);
  const EnrichmentCounts counts = enricher.tally->total();
  stats.applied = counts.applied;
  stats.skipped = counts.skipped;
  stats.missed = counts.missed;
  stats.errors = counts.errors;
  stats.cut = counts.cut;
  stats.dropped_pairs = counts.dropped_pairs;
  if (const enrich::Client* const client = enricher.client(); client != nullptr) {
    const enrich::Exchange::Counters asked = client->exchange().counters();
    const auto of = [&](enrich::Outcome outcome) {
      return asked.by_outcome[static_cast<std::size_t>(outcome)];
    };
    stats.ok = of(enrich::Outcome::ok);
    stats.ok_eof = of(enrich::Outcome::ok_eof);
    stats.eof_early = of(enrich::Outcome::eof_early);
    stats.timeout = of(enrich::Outcome::timeout);
    stats.connect_failed = of(enrich::Outcome::connect_failed);
    stats.protocol_error = of(enrich::Outcome::protocol_error);
    stats.queue_full = of(enrich::Outcome::queue_full);
    stats.cancelled = of(enrich::Outcome::cancelled);
    stats.retries = asked.retries;
    stats.cache_hits = asked.cache_hits;
    stats.held = asked.held;
    stats.room = client->room(client->exchange().crowd());
  }
}

void Engine::get_stats(weir_stats& stats) {
  const Gate::Shared gate(gate_);
  fill_stats(stats);
}

bool Engine::get_rule_stats(std::uint64_t index, weir_rule_stats& stats) {
  const Gate::Shared gate(gate_);
  if (index >= rules_->plans.size()) return false;
  fill_rule_stats(*rules_->plans[index].rule, stats);
  return true;
}

bool Engine::get_enrichment_stats(std::uint64_t index, weir_enrichment_stats& stats) {
  const Gate::Shared gate(gate_);
  // The own functions of aggregation rules are no rules.
  for (const Enricher& enricher : rules_->enrichers)
    if (enricher.tally != nullptr && index-- == 0) {
      fill_enrichment_stats(enricher, stats);
      return true;
    }
  return false;
}

}  // namespace weir::engine
