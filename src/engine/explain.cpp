// What would happen to an event, and why: it is read and offered to the rules as a feed does, its
// bucket is looked at, and nothing is applied.

#include <algorithm>
#include <utility>

#include "engine/engine.h"
#include "engine/explanation.h"
#include "engine/lateness.h"

namespace weir::engine {

namespace {

// Puts what the selection has said into words.
class Explainer {
 public:
  Explainer(const Sources& sources, const Ruleset& rules, const Portion& portion,
            filter::Scratch& scratch)
      : sources_(sources),
        environment_{finder(sources.document.filters), {}, &sources.lookups.tables, false},
        rules_(rules),
        portion_(portion),
        scratch_(scratch) {}

  EventExplanation begin(aggregate::Clock clock) {
    EventExplanation made;
    made.outcome = portion_.batch.verdicts().front();
    made.clock = clock;
    made.not_stored = portion_.batch.conversion_errors().size();
    made.keep = rules_.keep;
    made.filter = explained(sources_.document.filter);
    return made;
  }

  // peek(plan, item): what its bucket is.
  template <class Peek>
  void add_rules(EventExplanation& made, const std::vector<HostAnswer>& answers, Peek&& peek) {
    const bool filtered = made.outcome == Verdict::filtered;
    const bool struck = made.late && made.late->then != rule::LateEvents::next;
    bool gone = false;  // a rule has the event alone
    for (std::uint32_t index = 0; index < rules_.plans.size(); ++index) {
      const aggregate::Plan& plan = rules_.plans[index];
      RuleExplanation rule;
      rule.rule = plan.rule.get();
      rule.filter = explained(filter_of(index));
      rule.missing = missing(plan);
      if (filtered || struck || gone) {
        rule.because = filtered ? Because::filtered : struck ? Because::late : Because::earlier;
      } else if (const aggregate::Item* const item = item_of(index); item != nullptr) {
        offer(rule, plan, peek(plan, *item));
      }
      if (rule.considered()) {
        add_answer(rule, index, answers);
        if (!rule.met) rule.because = why_not(rule);
      }
      const bool takes = rule.because == Because::nothing;
      if (takes) made.outcome = Verdict::taken;
      gone |= takes && rules_.match == rule::Match::first;
      made.rules.push_back(std::move(rule));
    }
  }

  // In the order of build_ruleset. What an enrichment adds is not known to those behind it.
  void add_enrichment(EventExplanation& made) {
    const auto add = [&](const enrich::Settings& settings) {
      made.enrichment.push_back(
          {settings.name, explained(settings.filter), enrich::is_remote(settings.kind)});
    };
    for (const enrich::Settings& settings : sources_.document.enrichment) add(settings);
    for (const auto& created : sources_.created)
      if (!created->aggregates) add(created->enrichment);
  }

 private:
  const Value* row() const noexcept { return portion_.batch.row(0); }

  std::optional<filter::Explanation> explained(const std::optional<filter::Node>& filter) {
    if (!filter) return std::nullopt;
    return filter::explain(*filter, environment_, rules_.slots, row(), scratch_);
  }

  // As build_ruleset has it: of a rule that was kept, the one of the document that is loaded now.
  const std::optional<filter::Node>& filter_of(std::uint32_t plan) const noexcept {
    const auto& document = sources_.document.aggregation;
    return plan < document.size() ? document[plan].filter
                                  : rules_.plans[plan].rule->settings().filter;
  }

  // With which the selection says that the rule would take the event.
  const aggregate::Item* item_of(std::uint32_t plan) const noexcept {
    const auto found = std::find_if(portion_.items.begin(), portion_.items.end(),
                                    [&](const aggregate::Item& item) { return item.plan == plan; });
    return found == portion_.items.end() ? nullptr : &*found;
  }

  std::vector<FieldId> missing(const aggregate::Plan& plan) const {
    std::vector<FieldId> fields;
    for (const Slot slot : plan.identical)
      if (!row()[slot].present()) fields.push_back(rules_.slots.field(slot));
    return fields;
  }

  void offer(RuleExplanation& rule, const aggregate::Plan& plan, const aggregate::Peek& met) {
    for (const Slot slot : plan.identical)
      rule.key.emplace_back(rules_.slots.field(slot), row()[slot]);
    rule.met = met;
    if (met.admission != aggregate::Admission::admitted) {
      const bool known = met.admission == aggregate::Admission::met;
      rule.because = known ? Because::met : Because::full;
      return;
    }
    const bool joins = met.open && !met.due;
    rule.count = joins ? met.count + 1 : 1;
    rule.effect = rule.count >= plan.rule->settings().threshold ? Effect::closes
                  : joins                                       ? Effect::joins
                                                                : Effect::opens;
  }

  static void add_answer(RuleExplanation& rule, std::uint32_t plan,
                         const std::vector<HostAnswer>& answers) {
    for (const HostAnswer& answer : answers)
      if (answer.plan == plan) rule.host_answer = answer.answer;
  }

  // Of a rule that was tried and has no item: the host is asked when all else is good.
  static Because why_not(const RuleExplanation& rule) noexcept {
    if (rule.host_answer) return Because::host;
    return rule.filter && !rule.filter->truth ? Because::filter : Because::missing;
  }

  const Sources& sources_;
  const filter::Environment environment_;
  const Ruleset& rules_;
  const Portion& portion_;
  filter::Scratch& scratch_;
};

EventExplanation rejected(const Batch& batch, const std::optional<LateExplanation>& late) {
  EventExplanation made;
  made.outcome = Verdict::rejected;
  made.problem = batch.problem(0);
  made.late = late;
  return made;
}

}  // namespace

void Engine::read(const Ruleset& rules, Worker& worker, const Question& question) {
  Batch& batch = worker.portion.batch;
  if (question.event != nullptr) return batch.read(rules, question.event, 1);
  if (question.record != nullptr) return batch.read(rules, question.record, 1, worker.records);
  weir_cursor cursor{};
  cursor.preset = question.preset;
  batch.read(rules, question.line, true, cursor, worker.lines);
  if (batch.size() != 1)
    throw Failure(Status::invalid_argument,
                  batch.size() == 0 ? "the line of the question is blank; pass one JSON object"
                                    : "the line of the question is several; pass them one by one");
}

// The clock when the event is applied by a call that feeds.
aggregate::Clock Engine::clock_of(const Ruleset& rules, Worker& worker, Time now) {
  if (options_.clock == ClockMode::host)
    return now.nanos == 0 ? clock_.now() : clock_.moved_to(now);
  aggregate::Clock clock = clock_.now();
  place_on_line(rules, worker, now, worker.portion.batch, {0, 1});
  clock.line = worker.line.front();
  return clock;
}

// Marks the event as a feed does; a late one is taken away from the rules.
std::optional<LateExplanation> Engine::explain_late(const Ruleset& rules, Worker& worker,
                                                    Portion& portion, aggregate::Clock clock) {
  constexpr Range only{0, 1};
  worker.line.assign(1, clock.line);
  find_late(rules, worker, portion.batch, clock.shift, only);
  if (worker.counts.late == 0) return std::nullopt;
  const rule::LateEvents then = rules.event_time.late_events;
  const Duration by = behind(portion.batch.row(0)[rules.timestamp], clock.host());
  if (then != rule::LateEvents::next) strike_late(rules, worker, portion, clock.shift, only);
  return LateExplanation{by, then};
}

std::string Engine::explain(const Question& question) {
  const WorkerPool::Lease lease(workers_);
  Worker& worker = *lease;
  const Gate::Shared gate(gate_);
  const Ruleset& rules = *rules_;
  Portion& portion = worker.portion;
  read(rules, worker, question);
  if (portion.batch.verdicts().front() == Verdict::rejected)
    return to_json(rejected(portion.batch, {}));
  std::vector<HostAnswer> answers;
  const aggregate::Clock clock = clock_of(rules, worker, question.now);
  lookup::Clock& of_lookups = worker.scratch.clock;
  of_lookups = clock_.of_lookups();
  if (!of_lookups.started) of_lookups = {clock.line, clock.line, clock.line.nanos != 0};
  of_lookups.now = clock.line;
  worker.selection.select(rules, portion, {version_, of_lookups, {}}, *this, &answers);
  const std::optional<LateExplanation> late = explain_late(rules, worker, portion, clock);
  if (portion.batch.verdicts().front() == Verdict::rejected)
    return to_json(rejected(portion.batch, late));
  Explainer explainer(sources_, rules, portion, worker.scratch);
  EventExplanation made = explainer.begin(clock);
  made.late = late;
  explainer.add_rules(made, answers, [&](const aggregate::Plan& plan, const aggregate::Item& item) {
    return table_.peek(plan, item, clock.line);
  });
  if (made.outcome == Verdict::passed) explainer.add_enrichment(made);
  return to_json(made);
}

}  // namespace weir::engine
