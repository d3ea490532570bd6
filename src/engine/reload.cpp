// Rules come, change and go.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/engine.h"

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

// The counters of a rule when all its open buckets have become events.
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

Lasting Engine::lasting_of(const Sources& sources) {
  const Lasting& before = sources_.lasting;
  Lasting lasting;
  for (const enrich::Settings* rule : enrichments_of(sources)) {
    const auto tally = before.tallies.find(rule->name);
    lasting.tallies.emplace(
        rule->name, tally != before.tallies.end() ? tally->second : std::make_shared<Tally>());
    if (!enrich::is_remote(rule->kind)) continue;
    const auto client = before.clients.find(rule->name);
    if (client != before.clients.end() && enrich::same_remote(client->second.kind, rule->kind))
      lasting.clients.insert(*client);
    else
      lasting.clients.emplace(
          rule->name,
          Lasting::Asked{rule->kind,
                         std::make_shared<enrich::Client>(
                             rule->kind, bell_, [this, name = rule->name](std::string_view text) {
                               note(fmt::format("enrichment rule '{}': {}", name, text));
                             })});
  }
  return lasting;
}

void Engine::let_go(const Lasting& before, const Lasting& now) noexcept {
  for (const auto& [name, asked] : before.clients) {
    const auto same = now.clients.find(name);
    if (same != now.clients.end() && same->second.client == asked.client) continue;
    enrich::Exchange& exchange = asked.client->exchange();
    try {
      exchange.cancel();
      const std::lock_guard lock(answers_mutex_);
      exchange.collect(answers_);
      left_over_.store(answered_ < answers_.size(), std::memory_order_relaxed);
    } catch (const std::bad_alloc&) {
      leaving_.push_back(asked.client);
    }
  }
}

void Engine::load(std::string_view text) {
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
  auto taken = rules_of(sources_);
  const filter::FindSaved saved_before = finder(sources_.document.filters);
  const filter::FindSaved saved_now = finder(sources.document.filters);
  for (const aggregate::Settings& settings : sources.document.aggregation) {
    for (const auto& created : sources.created)
      if (created->aggregates && conflict(created->aggregation, settings))
        throw Failure(Status::already_exists,
                      fmt::format("rule '{}' has the name or the id of one that weir_create_rule "
                                  "made; change it or destroy that one first",
                                  settings.name));
    // Compared with what the document before says, whose saved filters are at hand.
    const auto& before = sources_.document.aggregation;
    const auto same =
        std::find_if(before.begin(), before.end(), [&](const aggregate::Settings& other) {
          return same_meaning(other, saved_before, settings, saved_now);
        });
    sources.rules.push_back(
        same != before.end()
            ? sources_.rules[static_cast<std::size_t>(same - before.begin())]
            : std::make_shared<const aggregate::Rule>(settings, free_table(taken)));
    taken.push_back(sources.rules.back());
  }
  for (const enrich::Settings& settings : sources.document.enrichment)
    for (const auto& created : sources.created)
      if (!created->aggregates && created->enrichment.name == settings.name)
        throw Failure(Status::already_exists,
                      fmt::format("enrichment rule '{}' has the name of one that weir_create_rule "
                                  "made; change it or destroy that one first",
                                  settings.name));
  old = replace(std::move(sources));
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
