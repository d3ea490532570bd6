// Rules come, change and go.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/engine.h"
#include "engine/retired.h"
#include "engine/rule_changes.h"

namespace weir::engine {

namespace {

Failure failure_of(const rule::Parsed& parsed) {
  const auto first =
      std::find_if(parsed.diagnostics.begin(), parsed.diagnostics.end(),
                   [](const rule::Diagnostic& d) { return d.severity == rule::Severity::error; });
  return Failure(Status::invalid_document, first->message,
                 {first->offset, first->line, first->column});
}

// Every rule object that the sources hold.
std::vector<std::shared_ptr<const aggregate::Rule>> rules_of(const Sources& sources) {
  auto rules = sources.rules;
  for (const auto& created : sources.created)
    if (created->rule != nullptr) rules.push_back(created->rule);
  return rules;
}

// The lowest number of a table that none of the rules has.
std::uint32_t free_table(const std::vector<std::shared_ptr<const aggregate::Rule>>& rules) {
  std::vector<bool> taken(rules.size() + 1);  // one of these is free
  for (const auto& rule : rules)
    if (rule->table() < taken.size()) taken[rule->table()] = true;
  return static_cast<std::uint32_t>(std::find(taken.begin(), taken.end(), false) - taken.begin());
}

// A created rule keeps the saved filters that it was created with: another document may mean others
// by them.
void freeze(std::optional<filter::Node>& filter, const std::vector<rule::SavedFilter>& saved) {
  if (filter) filter = filter::inline_saved(*filter, finder(saved));
}

// Rules of one name cannot be told apart, and rules of one id make events of one ID.
bool conflict(const aggregate::Settings& a, const aggregate::Settings& b) {
  return (a.tenant == b.tenant && a.name == b.name) || a.id == b.id;
}

// What is stated of both, the smaller.
Duration max_skew_of(Duration option, const rule::EventTime& document) {
  return std::min(option, document.max_future_skew.value_or(option));
}

// Throws Failure if the document has a rule that cannot be told from a created one.
void check_created(const Sources& sources) {
  for (const aggregate::Settings& settings : sources.document.aggregation)
    for (const auto& created : sources.created)
      if (created->aggregates && conflict(created->aggregation, settings))
        throw Failure(Status::already_exists,
                      fmt::format("rule '{}' has the name or the id of one that weir_create_rule "
                                  "made; change it or destroy that one first",
                                  settings.name));
  for (const enrich::Settings& settings : sources.document.enrichment)
    for (const auto& created : sources.created)
      if (!created->aggregates && created->enrichment.name == settings.name)
        throw Failure(Status::already_exists,
                      fmt::format("enrichment rule '{}' has the name of one that weir_create_rule "
                                  "made; change it or destroy that one first",
                                  settings.name));
}

}  // namespace

// A rule of the new sources that was not in the old ones has a table of its own; a rule that is
// gone hands its buckets over. Everything that can fail comes before the first change.
std::shared_ptr<const Ruleset> Engine::replace(Sources sources) {
  sources.lasting = lasting_of(sources);
  std::erase_if(leaving_,
                [](const auto& client) { return client->exchange().counters().held == 0; });
  leaving_.reserve(leaving_.size() + sources_.lasting.clients.size());
  const auto compiled = build_ruleset(sources);
  const auto kept = rules_of(sources);
  std::vector<std::shared_ptr<const aggregate::Rule>> gone;
  for (const auto& rule : rules_of(sources_))
    if (std::find(kept.begin(), kept.end(), rule) == kept.end()) gone.push_back(rule);

  std::list<OutputQueue> closing(1);
  OutputQueue& outputs = closing.front();
  outputs.made_under(*rules_);
  std::vector<aggregate::Closed> closed;
  const aggregate::Clock clock = clock_.now();
  for (const auto& rule : gone)
    table_.collect(*rule, clock.host().millis(),
                   {clock.shift, rules_->ranks, options_.instance, &outputs.memory, &closed});
  std::sort(closed.begin(), closed.end());
  for (const aggregate::Closed& one : closed) outputs.add(one);
  outputs.owned = true;
  std::optional<WorkerPool::Lease> worker;
  if (!outputs.empty()) worker.emplace(workers_);

  const aggregate::Bounds bounds = bounds_of(options_.bounds, sources.document.bounds);
  table_.set_bounds(bounds, kept);
  held_.set_limit(held_limit(bounds));
  clock_.set_max_skew(max_skew_of(options_.max_future_skew, sources.document.event_time));
  // From here on nothing fails: what is held now must not be closed a second time.
  // By the rules that they were made under, a destroyed rule's own enricher among them.
  if (worker) enrich_now(**worker, outputs);

  for (const auto& rule : gone) {
    retired_ += closed_all(table_.counters(*rule), *rule, closed);
    table_.remove(*rule);
  }
  if (!outputs.empty()) {
    const std::lock_guard lock(pending_mutex_);
    pending_.splice(pending_.end(), closing);
  }
  let_go(sources_.lasting, sources.lasting);
  sources_ = std::move(sources);
  ++version_;
  return std::exchange(rules_, compiled);
}

void Engine::load(std::string_view text) {
  try {
    load_good(text);
  } catch (...) {
    const std::lock_guard lock(counts_mutex_);
    ++loads_.refused;
    throw;
  }
}

void Engine::load_good(std::string_view text) {
  rule::Parsed parsed = rule::parse_document(text, options_.directory);
  if (!parsed.good()) throw failure_of(parsed);
  for (const rule::Diagnostic& finding : parsed.diagnostics)
    log(WEIR_LOG_WARNING, fmt::format("line {}: {}", finding.line, finding.message));

  std::shared_ptr<const Ruleset> old;
  const Gate::Alone gate(gate_);
  Sources sources = sources_;
  sources.document = std::move(parsed.document);
  for (const rule::DeclaredTable& table : sources.document.tables)
    table.table.rows->begin(clock_.of_lookups());
  sources.lookups = merged(sources_.lookups, sources.document);
  sources.rules.clear();
  check_created(sources);
  const Successions same = same_rules(sources_.document, sources.document);
  const RuleChanges changes = changes_of(sources_.document, sources.document, same);
  auto taken = rules_of(sources_);
  for (std::size_t i = 0; i < same.size(); ++i) {
    sources.rules.push_back(same[i] ? sources_.rules[*same[i]]
                                    : std::make_shared<const aggregate::Rule>(
                                          sources.document.aggregation[i], free_table(taken)));
    taken.push_back(sources.rules.back());
  }
  old = replace(std::move(sources));
  const std::lock_guard lock(counts_mutex_);
  ++loads_.taken;
  loads_.kept += changes.kept;
  loads_.added += changes.added;
  loads_.changed += changes.changed;
  loads_.removed += changes.removed;
}

void Engine::check_free(const aggregate::Settings& settings) const {
  for (const auto& rule : rules_of(sources_)) {
    const aggregate::Settings& other = rule->settings();
    if (conflict(other, settings))
      throw Failure(
          Status::already_exists,
          fmt::format("rule '{}' exists already; give this one another name and id", other.name));
  }
}

void Engine::check_free(const enrich::Settings& settings) const {
  const auto check = [&](const enrich::Settings& other) {
    if (other.name == settings.name)
      throw Failure(Status::already_exists,
                    fmt::format("enrichment rule '{}' exists already; give this one another name",
                                other.name));
  };
  for (const enrich::Settings& other : sources_.document.enrichment) check(other);
  for (const auto& other : sources_.created)
    if (!other->aggregates) check(other->enrichment);
}

std::shared_ptr<CreatedRule> Engine::create_rule(std::string_view text, SharedCallbacks callbacks) {
  auto created = std::make_shared<CreatedRule>();
  created->callbacks = std::move(callbacks);
  std::shared_ptr<const Ruleset> old;
  const Gate::Alone gate(gate_);
  rule::Parsed parsed = rule::parse_rule(text, sources_.document.filters, sources_.document.schema,
                                         &sources_.lookups.tables, options_.directory);
  if (!parsed.good()) throw failure_of(parsed);
  created->aggregates = !parsed.document.aggregation.empty();
  if (created->aggregates) {
    created->aggregation = parsed.document.aggregation.front();
    freeze(created->aggregation.filter, sources_.document.filters);
    check_free(created->aggregation);
    created->rule = std::make_shared<const aggregate::Rule>(created->aggregation,
                                                            free_table(rules_of(sources_)));
  } else {
    created->enrichment = parsed.document.enrichment.front();
    freeze(created->enrichment.filter, sources_.document.filters);
    check_free(created->enrichment);
  }
  Sources sources = sources_;
  sources.created.push_back(created);
  old = replace(std::move(sources));
  return created;
}

void Engine::destroy_rule(const std::shared_ptr<CreatedRule>& rule) {
  std::shared_ptr<const Ruleset> old;
  const Gate::Alone gate(gate_);
  Sources sources = sources_;
  std::erase(sources.created, rule);
  old = replace(std::move(sources));
}

void Engine::set_callback(std::string_view name, SharedCallbacks callbacks) {
  std::shared_ptr<const Ruleset> old;
  SharedCallbacks old_callbacks;
  const Gate::Alone gate(gate_);
  Sources sources = sources_;
  SharedCallbacks& bound = sources.callbacks[std::string(name)];
  old_callbacks = bound;
  bound = std::move(callbacks);
  old = replace(std::move(sources));
}

}  // namespace weir::engine
