// The state of an engine out of a snapshot.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "engine/engine.h"
#include "engine/output_state.h"
#include "engine/retired.h"
#include "engine/snapshot_form.h"
#include "rule/normal_form.h"

namespace weir::engine {

// Alone. What the engine keeps changes in commit(), but for its table: that has the buckets as soon
// as they are read, and loses them again if it does not come to that.
class Engine::Restoring {
 public:
  explicit Restoring(Engine& engine) : engine_(engine) {}
  Restoring(const Restoring&) = delete;
  Restoring& operator=(const Restoring&) = delete;
  ~Restoring() {
    if (committed_) return;
    for (const Loaded& one : loaded_) engine_.table_.remove(*one.rule);
  }

  void read(std::string_view snapshot);
  void commit() noexcept;
  // For the log.
  const std::vector<std::pair<std::uint32_t, std::string>>& notes() const noexcept {
    return notes_;
  }

 private:
  struct Loaded {
    std::shared_ptr<const aggregate::Rule> rule;
    bool gone;  // no rule of today means the same
  };
  struct Today {
    std::shared_ptr<const aggregate::Rule> rule;
    rule::NormalForm form;
    bool met = false;
  };
  struct EnrichmentState {
    EnrichmentCounts counts;
    enrich::Exchange::Counters asked;
  };

  void find_rules();
  void read_engine(StateReader& in);
  void read_rule(StateReader& in);
  Today* same_rule(const rule::NormalForm& form);
  void read_enrichment(StateReader& in);
  void close_gone();

  Engine& engine_;
  std::vector<Today> today_;
  std::uint32_t free_table_ = 0;  // and all numbers behind it
  std::vector<Loaded> loaded_;    // by the numbers of their sections
  EngineClock::State clock_;
  std::uint64_t ordinal_ = 0;
  Counts counts_;
  std::uint64_t steps_back_ = 0;
  Loads loads_;
  aggregate::RuleCounters retired_;
  std::map<std::string, EnrichmentState, std::less<>> enrichment_;
  std::list<OutputQueue> pending_;
  std::vector<std::pair<std::uint32_t, std::string>> notes_;
  bool committed_ = false;
};

void Engine::Restoring::find_rules() {
  const Sources& sources = engine_.sources_;
  const filter::FindSaved saved = finder(sources.document.filters);
  for (std::size_t i = 0; i < sources.rules.size(); ++i)
    today_.push_back({sources.rules[i], rule::normal_form(sources.document.aggregation[i], saved)});
  for (const auto& created : sources.created)
    if (created->aggregates)
      today_.push_back({created->rule, rule::normal_form(created->aggregation, {})});
  for (const Today& one : today_) free_table_ = std::max(free_table_, one.rule->table() + 1);
}

void Engine::Restoring::read(std::string_view snapshot) {
  const std::vector<Section> sections = sections_of(snapshot);
  const std::vector<FieldId> fields = read_fields(sections.front().bytes);
  find_rules();
  for (const Section& section : sections) {
    StateReader in(section.bytes, fields);
    switch (section.kind) {
      case SectionKind::fields:
        continue;
      case SectionKind::engine:
        read_engine(in);
        break;
      case SectionKind::rule:
        read_rule(in);
        break;
      case SectionKind::enrichment:
        read_enrichment(in);
        break;
      case SectionKind::outputs: {
        std::vector<const aggregate::Rule*> rules;
        for (const Loaded& one : loaded_) rules.push_back(one.gone ? nullptr : one.rule.get());
        read_outputs(in, rules, *engine_.rules_, pending_.emplace_back());
        break;
      }
    }
    if (!in.empty()) StateReader::refuse("a section is longer than what it holds");
  }
  close_gone();
}

void Engine::Restoring::read_engine(StateReader& in) {
  clock_.clock.line.nanos = in.number<std::int64_t>();
  clock_.clock.shift.nanos = in.number<std::int64_t>();
  clock_.first.nanos = in.number<std::int64_t>();
  clock_.started = in.number<std::uint32_t>() != 0;
  if (clock_.clock.line.nanos < 0 || clock_.clock.line > latest || clock_.first.nanos < 0 ||
      clock_.first > clock_.clock.line || clock_.clock.shift.nanos > latest.nanos ||
      clock_.clock.shift.nanos < -latest.nanos ||
      clock_.clock.shift.nanos > latest.nanos - clock_.clock.line.nanos)
    StateReader::refuse("its clock shows a time that there is not");
  ordinal_ = in.number<std::uint64_t>();
  read_counters(in, counts_);
  if (counts_.events != counts_.rejected + counts_.filtered + counts_.passed + counts_.taken)
    StateReader::refuse("its counters contradict one another");
  steps_back_ = in.number<std::uint64_t>();
  for (std::uint64_t* const count : {&loads_.taken, &loads_.refused, &loads_.kept, &loads_.added,
                                     &loads_.changed, &loads_.removed})
    *count = in.number<std::uint64_t>();
  read_counters(in, retired_);
  if (const std::string_view instance = in.text(); instance != engine_.options_.instance)
    notes_.emplace_back(
        WEIR_LOG_WARNING,
        fmt::format("the snapshot was taken by instance '{}', and this is '{}': aggregated events "
                    "whose buckets were open then have other IDs than they would have had",
                    instance, engine_.options_.instance));
}

Engine::Restoring::Today* Engine::Restoring::same_rule(const rule::NormalForm& form) {
  const auto found = std::find_if(today_.begin(), today_.end(),
                                  [&](const Today& one) { return one.form == form; });
  return found == today_.end() ? nullptr : &*found;
}

void Engine::Restoring::read_rule(StateReader& in) {
  const auto schema = in.number<std::uint32_t>();
  if (schema > static_cast<std::uint32_t>(Schema::open))
    StateReader::refuse("a rule is of a schema that there is not");
  rule::NormalForm form{static_cast<Schema>(schema), std::string(in.text()), {}};
  form.filter = in.text();
  aggregate::RuleCounters counters;
  read_counters(in, counters);
  Today* same = same_rule(form);
  std::shared_ptr<const aggregate::Rule> rule;
  try {
    if (same == nullptr) same = same_rule(rule::renewed(form));
    if (same == nullptr)
      rule = std::make_shared<const aggregate::Rule>(rule::settings_of(form), free_table_);
  } catch (const Failure& failure) {
    if (failure.status() != Status::invalid_document) throw;
    StateReader::refuse(fmt::format("a rule in it is none of this version: {}", failure.what()));
  }
  if (same != nullptr) {
    if (std::exchange(same->met, true)) StateReader::refuse("it has a rule twice");
    rule = same->rule;
  } else {
    ++free_table_;
  }
  loaded_.push_back({rule, same == nullptr});
  engine_.table_.load(rule, counters, in, {clock_.clock.line, ordinal_});
  const aggregate::RuleCounters all = engine_.table_.counters(*rule);
  if (all.taken != all.out + all.lone + all.open_events)
    StateReader::refuse("the counters of a rule contradict its buckets");
}

void Engine::Restoring::read_enrichment(StateReader& in) {
  for (auto left = in.count(sizeof(std::uint64_t)); left > 0; --left) {
    EnrichmentState& state = enrichment_[std::string(in.text())];
    read_counters(in, state.counts);
    if (in.number<std::uint32_t>() != 0) read_counters(in, state.asked);
  }
}

// As if the rules had been taken out of the engine that was restored.
void Engine::Restoring::close_gone() {
  OutputQueue& outputs = pending_.emplace_back();
  outputs.made_under(*engine_.rules_);
  auto rules = std::make_shared<Rules>();
  std::vector<std::uint32_t> ranks(free_table_);
  std::vector<aggregate::Closed> closed;
  for (std::size_t i = 0; i < loaded_.size(); ++i)
    ranks[loaded_[i].rule->table()] = static_cast<std::uint32_t>(i);
  for (const auto& [rule, gone] : loaded_) {
    if (!gone) continue;
    rules->push_back(rule);
    const std::size_t before = closed.size();
    engine_.table_.collect(
        *rule, clock_.clock.host().millis(),
        {clock_.clock.shift, ranks, engine_.options_.instance, &outputs.memory, &closed});
    notes_.emplace_back(
        WEIR_LOG_INFORMATION,
        fmt::format("rule '{}' of the snapshot is gone or means something else now; {} of its "
                    "buckets were open and are closed",
                    rule->settings().name, closed.size() - before));
  }
  std::sort(closed.begin(), closed.end());
  for (const aggregate::Closed& one : closed) outputs.add(one);
  for (const auto& [rule, gone] : loaded_)
    if (gone) retired_ += closed_all(engine_.table_.counters(*rule), *rule, closed);
  outputs.rules = std::move(rules);
  outputs.owned = true;
  if (outputs.empty()) pending_.pop_back();
}

void Engine::Restoring::commit() noexcept {
  committed_ = true;
  for (const Loaded& one : loaded_)
    if (one.gone) engine_.table_.remove(*one.rule);
  engine_.clock_.set(clock_);
  engine_.ordinal_.store(ordinal_, std::memory_order_relaxed);
  {
    const std::lock_guard lock(engine_.counts_mutex_);
    engine_.counts_ = counts_;
    engine_.steps_back_ = steps_back_;
    engine_.loads_ = loads_;
  }
  engine_.retired_ = retired_;
  for (const Enricher& enricher : engine_.rules_->enrichers) {
    const auto found = enrichment_.find(enricher.name);
    if (enricher.tally == nullptr || found == enrichment_.end()) continue;
    enricher.tally->add(found->second.counts);
    if (enrich::Client* const client = enricher.client(); client != nullptr)
      client->exchange().resume(found->second.asked);
  }
  {
    const std::lock_guard lock(engine_.pending_mutex_);
    engine_.pending_.splice(engine_.pending_.end(), pending_);
  }
  ++engine_.version_;
}

bool Engine::is_fresh() {
  const EngineClock::State clock = clock_.state();
  if (clock.started || clock.clock.line.nanos != 0 || clock.clock.shift.nanos != 0) return false;
  {
    const std::lock_guard lock(counts_mutex_);
    if (counts_.events != 0) return false;
  }
  const std::lock_guard lock(pending_mutex_);
  return pending_.empty() && ordinal_.load(std::memory_order_relaxed) == 0 && held_.size() == 0;
}

void Engine::restore(std::string_view bytes) {
  std::vector<std::pair<std::uint32_t, std::string>> notes;
  {
    const Gate::Alone gate(gate_);
    if (!is_fresh())
      throw Failure(Status::invalid_argument,
                    "this engine was fed or its clock was moved already; restore the snapshot into "
                    "a new one, after weir_load and before the first event");
    Restoring restoring(*this);
    restoring.read(bytes);
    notes = restoring.notes();
    restoring.commit();
  }
  for (const auto& [level, text] : notes) log(level, text);
}

}  // namespace weir::engine
