// The state of an engine as bytes: docs/snapshot-format.md.

#include <algorithm>

#include "engine/engine.h"
#include "engine/output_state.h"
#include "engine/snapshot_form.h"
#include "rule/normal_form.h"

namespace weir::engine {

// Alone, for as long as it lives.
class Engine::Saving {
 public:
  explicit Saving(Engine& engine) : engine_(engine) {}

  void save() {
    writer_.section(SectionKind::engine, [&](StateWriter& out) { save_engine(out); });
    const Sources& sources = engine_.sources_;
    const filter::FindSaved saved = finder(sources.document.filters);
    for (std::size_t i = 0; i < sources.rules.size(); ++i)
      save_rule(*sources.rules[i], rule::normal_form(sources.document.aggregation[i], saved));
    for (const auto& created : sources.created)
      if (created->aggregates)
        save_rule(*created->rule, rule::normal_form(created->aggregation, {}));
    writer_.section(SectionKind::enrichment, [&](StateWriter& out) { save_enrichment(out); });
    save_pending();
    save_held();
  }

  SnapshotWriter& writer() noexcept { return writer_; }

 private:
  void save_engine(StateWriter& out);
  void save_rule(const aggregate::Rule& rule, const rule::NormalForm& form);
  void save_enrichment(StateWriter& out);
  void save_pending();
  void save_held();

  Engine& engine_;
  SnapshotWriter writer_;
  std::vector<const aggregate::Rule*> rules_;  // in the order of their sections
  const NumberOfRule number_of_ = [this](const aggregate::Rule* rule) {
    const auto found = std::find(rules_.begin(), rules_.end(), rule);
    return found == rules_.end() ? no_rule : static_cast<std::uint32_t>(found - rules_.begin());
  };
};

void Engine::Saving::save_engine(StateWriter& out) {
  const EngineClock::State clock = engine_.clock_.state();
  out.number(clock.clock.line.nanos);
  out.number(clock.clock.shift.nanos);
  out.number(clock.first.nanos);
  out.number(std::uint32_t{clock.started});
  out.number(engine_.ordinal_.load(std::memory_order_relaxed));
  {
    const std::lock_guard lock(engine_.counts_mutex_);
    write_counters(out, engine_.counts_);
    out.number(engine_.steps_back_);
    const Loads& loads = engine_.loads_;
    for (const std::uint64_t count :
         {loads.taken, loads.refused, loads.kept, loads.added, loads.changed, loads.removed})
      out.number(count);
  }
  write_counters(out, engine_.retired_);
  out.text(engine_.options_.instance);
}

void Engine::Saving::save_rule(const aggregate::Rule& rule, const rule::NormalForm& form) {
  const aggregate::RuleCounters counters = engine_.table_.counters(rule);
  // Buckets take less here than in memory, most of the time: pages that nothing is written to cost
  // nothing.
  writer_.section(
      SectionKind::rule,
      [&](StateWriter& out) {
        out.number(static_cast<std::uint32_t>(form.schema));
        out.text(form.settings);
        out.text(form.filter);
        write_counters(out, counters);
        engine_.table_.save(rule, out);
      },
      static_cast<std::size_t>(counters.open_bytes));
  rules_.push_back(&rule);
}

void Engine::Saving::save_enrichment(StateWriter& out) {
  const std::size_t place = out.reserve<std::uint64_t>();
  std::uint64_t count = 0;
  for (const Enricher& enricher : engine_.rules_->enrichers) {
    if (enricher.tally == nullptr) continue;
    const enrich::Client* const client = enricher.client();
    out.text(enricher.name);
    write_counters(out, enricher.tally->total());
    out.number(std::uint32_t{client != nullptr});
    if (client != nullptr) write_counters(out, client->exchange().counters());
    ++count;
  }
  out.put(place, count);
}

void Engine::Saving::save_pending() {
  const std::lock_guard lock(engine_.pending_mutex_);
  for (const OutputQueue& queue : engine_.pending_)
    writer_.section(SectionKind::outputs, [&](StateWriter& out) {
      write_order(out, queue.order);
      for (std::size_t i = queue.next; i < queue.items.size(); ++i)
        write_output(out, queue.items[i], number_of_);
    });
}

// One queue for those of one order of rules, in the order of their tickets: which answers would
// have come first nobody knows.
void Engine::Saving::save_held() {
  std::vector<const Held*> all;
  all.reserve(engine_.held_.size());
  engine_.held_.each([&](const Held& held) { all.push_back(&held); });
  std::stable_sort(all.begin(), all.end(),
                   [](const Held* a, const Held* b) { return a->order.owner_before(b->order); });
  for (std::size_t first = 0, end = 0; first < all.size(); first = end)
    writer_.section(SectionKind::outputs, [&](StateWriter& out) {
      const Order& order = all[first]->order;
      write_order(out, order);
      for (end = first; end < all.size() && all[end]->order == order; ++end)
        write_output(out, all[end]->output, number_of_);
    });
}

void Engine::snapshot(const std::function<void(std::string_view)>& write) {
  Saving saving(*this);
  {
    const Gate::Alone gate(gate_);
    saving.save();
  }
  for (const std::string& piece : saving.writer().finish()) write(piece);
}

}  // namespace weir::engine
