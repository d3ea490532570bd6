// Metrics of an engine: docs/metrics.md.

#include <algorithm>

#include "engine/engine.h"
#include "engine/metrics_families.h"
#include "engine/metrics_text.h"

namespace weir::engine {

namespace {

struct RuleSample {
  std::string labels;
  Duration lifetime;
  weir_rule_stats stats{};
};

struct EnrichmentSample {
  std::string labels;
  weir_enrichment_stats stats{};
  bool asks = false;  // over the network; else there is nothing behind it
  enrich::Latencies latencies{};
};

template <class Stats>
void add_series(MetricsText& text, const Family<Stats>& family, std::string_view labels,
                const Stats& stats) {
  for (const auto& series : family.series) {
    if (series.member == nullptr) return;
    const std::string_view name = family.label;
    text.add(labels, {name, series.value}, stats.*series.member);
  }
}

template <class Number>
void add_one(MetricsText& text, std::string_view name, std::string_view help, Number value) {
  text.begin(name, help);
  text.add({}, {}, value);
}

void add_engine(MetricsText& text, const weir_stats& stats, const aggregate::Bounds& bounds) {
  text.begin("weir_build_info", "The library, its version and its ABI.");
  const std::string version =
      fmt::format("{}.{}.{}", WEIR_VERSION_MAJOR, WEIR_VERSION_MINOR, WEIR_VERSION_PATCH);
  const std::string abi = fmt::format("{}.{}", WEIR_ABI_MAJOR, WEIR_ABI_MINOR);
  text.add(labels_text({{"version", version}, {"abi", abi}}), {}, 1);
  for (const Family<weir_stats>& family : engine_families()) {
    text.begin(family.name, family.help);
    add_series(text, family, {}, stats);
  }
  const std::uint64_t known = stats.rejected + stats.filtered + stats.passed + stats.taken;
  add_one(text, "weir_conservation_delta", "Events fed whose fate is not known: always 0.",
          static_cast<std::int64_t>(stats.events_in - known));
  add_one(text, "weir_clock_seconds", "The engine's clock, since 1970; 0 before it is first moved.",
          Duration{stats.clock});
  add_one(text, "weir_max_groups", "How many groups may be open.", bounds.max_groups);
  add_one(text, "weir_max_bytes", "How much memory open groups and held events may take.",
          bounds.max_bytes);
}

void add_rules(MetricsText& text, const std::vector<RuleSample>& rules, std::int64_t clock) {
  for (const Family<weir_rule_stats>& family : rule_families()) {
    text.begin(family.name, family.help);
    for (const RuleSample& rule : rules) add_series(text, family, rule.labels, rule.stats);
  }
  text.begin("weir_rule_lifetime_seconds", "How long a group of the rule stays open at most.");
  for (const RuleSample& rule : rules) text.add(rule.labels, {}, rule.lifetime);
  text.begin("weir_rule_oldest_open_seconds",
             "How long ago, by the engine's clock, the rule's oldest open group opened; 0 if none "
             "is open.");
  for (const RuleSample& rule : rules) {
    const std::int64_t opened = rule.stats.oldest_opened;
    // Another thread may have opened it since the clock was read.
    text.add(rule.labels, {},
             Duration{opened == 0 ? 0 : std::max(clock - opened, std::int64_t{0})});
  }
}

void add_enrichments(MetricsText& text, const std::vector<EnrichmentSample>& rules) {
  for (const Family<weir_enrichment_stats>& family : enrichment_families()) {
    text.begin(family.name, family.help);
    for (const EnrichmentSample& rule : rules) add_series(text, family, rule.labels, rule.stats);
  }
  for (const Family<weir_enrichment_stats>& family : asking_families()) {
    text.begin(family.name, family.help);
    for (const EnrichmentSample& rule : rules)
      if (rule.asks) add_series(text, family, rule.labels, rule.stats);
  }
  text.begin("weir_enrichment_answer_seconds",
             "From a question to its answer; what the cache answered is not counted.");
  for (const EnrichmentSample& rule : rules)
    if (rule.asks) text.add(rule.labels, rule.latencies);
}

}  // namespace

std::string Engine::metrics() {
  weir_stats stats{};
  std::vector<RuleSample> rules;
  std::vector<EnrichmentSample> enrichments;
  aggregate::Bounds bounds;
  {
    const Gate::Shared gate(gate_);
    bounds = bounds_of(options_.bounds, sources_.document.bounds);
    fill_stats(stats);
    rules.reserve(rules_->plans.size());
    for (const aggregate::Plan& plan : rules_->plans) {
      const aggregate::Settings& settings = plan.rule->settings();
      RuleSample& one = rules.emplace_back();
      one.labels = labels_text({{"tenant", settings.tenant}, {"rule", settings.name}});
      one.lifetime = settings.lifetime;
      fill_rule_stats(*plan.rule, one.stats);
    }
    for (const Enricher& enricher : rules_->enrichers) {
      if (enricher.tally == nullptr) continue;
      EnrichmentSample& one = enrichments.emplace_back();
      one.labels = labels_text({{"rule", enricher.name}, {"type", enricher.type}});
      // First, so that there are no more of them than questions that were answered.
      if (const enrich::Client* const client = enricher.client(); client != nullptr) {
        one.asks = true;
        one.latencies = client->exchange().counters().latencies;
      }
      fill_enrichment_stats(enricher, one.stats);
    }
  }
  MetricsText text;
  add_engine(text, stats, bounds);
  add_rules(text, rules, stats.clock);
  add_enrichments(text, enrichments);
  return text.take();
}

}  // namespace weir::engine
