#include "engine/ruleset.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "event/standard_fields.h"
#include "rule/normal_form.h"
#include "rule/presets.h"

namespace weir::engine {

filter::FindSaved finder(const std::vector<rule::SavedFilter>& saved) {
  // Shared, for functions are copied.
  auto trees = std::make_shared<std::unordered_map<std::string_view, const filter::Node*>>();
  for (const rule::SavedFilter& filter : saved) trees->emplace(filter.name, &filter.tree);
  return [trees = std::move(trees)](std::string_view name) -> const filter::Node* {
    const auto found = trees->find(name);
    return found == trees->end() ? nullptr : found->second;
  };
}

namespace {

class Builder {
 public:
  explicit Builder(const Sources& sources)
      : sources_(sources),
        environment_{finder(sources.document.filters), {}, &sources.lookups.tables, false} {
    set_->slots = SlotMap(sources.document.schema);
    environment_.automaton_memory = filter::automaton_memory(matches());
  }

  std::shared_ptr<const Ruleset> build() {
    set_->timestamp = set_->slots.want(fields::Timestamp);
    if (sources_.document.filter) {
      set_->filtered = true;
      set_->filter = compile(sources_.document.filter);
      set_->keep = sources_.document.polarity == rule::Polarity::keep;
    }
    // A rule that was kept has the filter of this document, which means the same: the saved filters
    // that its own names are those of another.
    for (std::size_t i = 0; i < sources_.rules.size(); ++i) {
      const aggregate::Settings& settings = sources_.document.aggregation[i];
      add(sources_.rules[i], settings.filter,
          named(settings.callback, settings.name, Part::filter));
    }
    for (const enrich::Settings& settings : sources_.document.enrichment)
      add(settings, named(host_name(settings), settings.name, Part::enrich));
    for (const auto& created : sources_.created) {
      if (created->aggregates) check_created(created->aggregation);
      if (created->aggregates)
        add(created->rule, created->aggregation.filter, filter_of(*created));
      else
        add(created->enrichment, enricher_of(*created));
      if (created->aggregates && created->callbacks && created->callbacks->enrich != nullptr)
        set_->enrichers.push_back({filter::Program(),
                                   HostFunction{created->callbacks, slots_of(created->callbacks)},
                                   created->rule.get(),
                                   nullptr,
                                   created->aggregation.name,
                                   {}});
    }
    std::vector<std::string> order;
    for (const Enricher& enricher : set_->enrichers) order.push_back(enricher.name);
    set_->order = std::make_shared<const std::vector<std::string>>(std::move(order));
    if (sources_.document.schema == Schema::kuma) set_->type = set_->slots.find(fields::Type);
    add_formats();
    set_->serial = set_->keys.front().serial();
    set_->match = sources_.document.match;
    set_->event_time = sources_.document.event_time;
    set_->rounds = {0};
    Rules rules;
    for (std::uint32_t rank = 0; rank < set_->plans.size(); ++rank) {
      const auto& rule = set_->plans[rank].rule;
      rules.push_back(rule);
      if (rule->table() >= set_->ranks.size()) set_->ranks.resize(rule->table() + 1);
      set_->ranks[rule->table()] = rank;
      set_->passes_lone |= rule->passes_lone();
      set_->dedups |= rule->dedups();
      if (rule->dedups() && rank + 1 < set_->plans.size()) set_->rounds.push_back(rank + 1);
    }
    set_->rules = std::make_shared<const Rules>(std::move(rules));
    return std::move(set_);
  }

 private:
  enum class Part { filter, enrich };

  static std::string host_name(const enrich::Settings& settings) {
    const auto* const host = std::get_if<enrich::HostSettings>(&settings.kind);
    return host == nullptr ? std::string() : host->callback;
  }

  void add_formats() {
    LineFormats formats;
    for (std::uint32_t preset = 0; preset <= rule::presets().size(); ++preset) {
      const auto map =
          std::make_shared<const FieldMap>(rule::effective_map(sources_.document, preset));
      set_->keys.emplace_back(set_->slots, map);
      formats.push_back(
          std::make_shared<const LineFormat>(LineFormat{sources_.document.schema, map}));
    }
    set_->formats = std::make_shared<const LineFormats>(std::move(formats));
  }

  // What parse_document has seen to for the document's own rules.
  void check_created(const aggregate::Settings& rule) const {
    const rule::Document& document = sources_.document;
    if (rule.schema != document.schema)
      throw Failure(Status::invalid_argument,
                    fmt::format("rule '{}' was created under another 'schema' than the document's; "
                                "destroy it, and create it again after loading the document",
                                rule.name));
    const auto settings = rule::needs_match_first(rule);
    if (document.match == rule::Match::all && !settings.empty())
      throw Failure(Status::invalid_argument,
                    fmt::format("'{}' of rule '{}' needs 'match: first', and the document has "
                                "'match: all'; change one of the two",
                                settings.front(), rule.name));
  }

  SharedCallbacks filter_of(const CreatedRule& created) const {
    const aggregate::Settings& settings = created.aggregation;
    if (!settings.callback.empty()) return named(settings.callback, settings.name, Part::filter);
    return created.callbacks && created.callbacks->filter != nullptr ? created.callbacks : nullptr;
  }

  SharedCallbacks enricher_of(const CreatedRule& created) const {
    const enrich::Settings& settings = created.enrichment;
    if (!std::holds_alternative<enrich::HostSettings>(settings.kind)) return nullptr;
    if (const std::string name = host_name(settings); !name.empty())
      return named(name, settings.name, Part::enrich);
    if (created.callbacks && created.callbacks->enrich != nullptr) return created.callbacks;
    throw Failure(Status::invalid_argument,
                  fmt::format("enrichment rule '{}' has no function; name one with `callback` or "
                              "pass callbacks.enrich",
                              settings.name));
  }

  SharedCallbacks named(const std::string& name, const std::string& rule, Part part) const {
    if (name.empty()) return nullptr;
    const auto found = sources_.callbacks.find(name);
    if (found == sources_.callbacks.end()) {
      std::vector<std::string_view> known;
      for (const auto& [other, callbacks] : sources_.callbacks) known.push_back(other);
      const std::string hint = did_you_mean(name, known);
      throw Failure(Status::not_found,
                    fmt::format("callback '{}' of rule '{}' is not set{}", name, rule,
                                hint.empty() ? "; call weir_set_callback before weir_load" : hint));
    }
    const bool fits =
        part == Part::filter ? found->second->filter != nullptr : found->second->enrich != nullptr;
    if (!fits)
      throw Failure(Status::invalid_argument,
                    fmt::format("callback '{}' of rule '{}' has no {} function; give "
                                "weir_set_callback one",
                                name, rule, part == Part::filter ? "filter" : "enrich"));
    return found->second;
  }

  std::vector<Slot> slots_of(const SharedCallbacks& callbacks) {
    std::vector<Slot> slots;
    if (callbacks)
      for (const FieldId field : callbacks->fields) slots.push_back(set_->slots.want(field));
    return slots;
  }

  // `match` conditions of all filters.
  std::size_t matches() const {
    std::size_t count = 0;
    const auto add = [&](const std::optional<filter::Node>& filter) {
      if (filter) count += filter::count_matches(*filter, environment_.saved);
    };
    add(sources_.document.filter);
    for (const aggregate::Settings& rule : sources_.document.aggregation) add(rule.filter);
    for (const enrich::Settings& rule : sources_.document.enrichment) add(rule.filter);
    for (const auto& created : sources_.created)
      add(created->aggregates ? created->aggregation.filter : created->enrichment.filter);
    return count;
  }

  filter::Program compile(const std::optional<filter::Node>& node) {
    if (!node) return {};
    filter::Program program = filter::compile(*node, environment_, set_->slots);
    set_->timed |= program.depends_on_time();
    return program;
  }

  void add(const std::shared_ptr<const aggregate::Rule>& rule,
           const std::optional<filter::Node>& filter, const SharedCallbacks& callbacks) {
    set_->plans.emplace_back(rule, set_->slots);
    set_->intakes.push_back({compile(filter), callbacks, slots_of(callbacks)});
    set_->shows_whole |= callbacks != nullptr && callbacks->all_fields;
  }

  void add(const enrich::Settings& settings, const SharedCallbacks& callbacks) {
    set_->enrichers.push_back({compile(settings.filter), work_of(settings, callbacks), nullptr,
                               sources_.lasting.tallies.at(settings.name), settings.name,
                               enrich::type_name(settings.kind)});
  }

  std::variant<HostFunction, enrich::Step, Asking> work_of(const enrich::Settings& settings,
                                                           const SharedCallbacks& callbacks) {
    enrich::Wiring wiring{set_->slots, sources_.lookups.tables};
    if (enrich::is_remote(settings.kind))
      return Asking{enrich::Remote(settings.kind, wiring),
                    sources_.lasting.clients.at(settings.name).client};
    if (enrich::is_step(settings.kind)) return enrich::compile(settings.kind, wiring);
    return HostFunction{callbacks, slots_of(callbacks)};
  }

  const Sources& sources_;
  filter::Environment environment_;
  std::shared_ptr<Ruleset> set_ = std::make_shared<Ruleset>();
};

}  // namespace

std::shared_ptr<const Ruleset> build_ruleset(const Sources& sources) {
  return Builder(sources).build();
}

std::vector<const enrich::Settings*> enrichments_of(const Sources& sources) {
  std::vector<const enrich::Settings*> rules;
  for (const enrich::Settings& rule : sources.document.enrichment) rules.push_back(&rule);
  for (const auto& created : sources.created)
    if (!created->aggregates) rules.push_back(&created->enrichment);
  return rules;
}

bool same_meaning(const aggregate::Settings& a, const filter::FindSaved& a_saved,
                  const aggregate::Settings& b, const filter::FindSaved& b_saved) {
  // No two rules of one engine have one id: texts are made for one pair of rules, not for all.
  return a.id == b.id && rule::normal_form(a, a_saved) == rule::normal_form(b, b_saved);
}

}  // namespace weir::engine
