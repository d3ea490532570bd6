#include "engine/selection.h"

#include <algorithm>

#include "aggregate/key_hash.h"
#include "event/field_value.h"

namespace weir::engine {

namespace {

// An event that has none of the identical fields belongs to no group; with `missing: pass` neither
// does one that lacks any.
bool has_key(const aggregate::Plan& plan, bool all, const Value* row) noexcept {
  const auto present = [&](Slot slot) { return row[slot].present(); };
  return all ? std::all_of(plan.identical.begin(), plan.identical.end(), present)
             : std::any_of(plan.identical.begin(), plan.identical.end(), present);
}

}  // namespace

weir_event Showcase::show(const Callbacks& callbacks, const std::vector<Slot>& slots,
                          const Ruleset& rules, const Value* row, const aggregate::FedEvent& fed,
                          Bump& memory) {
  if (callbacks.all_fields) {
    if (fed.event.fields != nullptr || fed.line.empty()) return fed.event;
    std::uint64_t lost = 0;  // the line is there all the same
    const auto fields = whole_.read(fed.line, rules.formats->front(), memory, lost);
    return {fields.data(), fields.size(), fed.event.cookie};
  }
  auto* const fields =
      reinterpret_cast<weir_field*>(memory.take(slots.size() * sizeof(weir_field)));
  std::size_t size = 0;
  for (const Slot slot : slots)
    if (const Value& value = row[slot]; value.present())
      fields[size++] = field_of(rules.slots.field(slot), value);
  return {fields, size, fed.event.cookie};
}

void Selection::judge(const Ruleset& rules, Portion& portion) {
  candidates_.clear();
  std::vector<Verdict>& verdicts = portion.batch.verdicts();
  for (std::uint32_t event = 0; event < verdicts.size(); ++event) {
    if (verdicts[event] == Verdict::rejected) continue;
    if (rules.filtered && matches(rules.filter, portion, event) != rules.keep)
      verdicts[event] = Verdict::filtered;
    else
      candidates_.push_back(event);
  }
}

// Keeps of the willing events those that the host's filter takes.
void Selection::ask_host(const Ruleset& rules, std::uint32_t index, Portion& portion,
                         const Engine& engine) {
  const Intake& intake = rules.intakes[index];
  const Callbacks& callbacks = *intake.callbacks;
  asked_.clear();
  for (const std::uint32_t event : willing_)
    asked_.push_back(showcase_.show(callbacks, intake.callback_slots, rules,
                                    portion.batch.row(event), portion.batch.fed(event),
                                    portion.batch.memory()));
  answers_.assign(willing_.size(), WEIR_CALLBACK_FAILED);
  {
    const InsideCallback inside(engine);
    callbacks.filter(callbacks.user, asked_.data(), asked_.size(), answers_.data());
  }
  if (heard_ != nullptr)
    for (std::size_t i = 0; i < willing_.size(); ++i)
      heard_->push_back({index, willing_[i], answers_[i]});
  std::size_t kept = 0;
  for (std::size_t i = 0; i < willing_.size(); ++i) {
    if (answers_[i] == WEIR_TAKE)
      willing_[kept++] = willing_[i];
    else if (answers_[i] != WEIR_LEAVE)
      ++portion.filter_failures;
  }
  willing_.resize(kept);
}

void Selection::offer(const Ruleset& rules, std::uint32_t index, Portion& portion,
                      const Engine& engine) {
  const aggregate::Plan& plan = rules.plans[index];
  const Intake& intake = rules.intakes[index];
  const bool all = plan.rule->settings().missing == aggregate::Missing::pass;
  willing_.clear();
  for (const std::uint32_t event : candidates_) {
    if (has_key(plan, all, portion.batch.row(event)) &&
        (intake.filter.empty() || matches(intake.filter, portion, event)))
      willing_.push_back(event);
  }
  if (intake.callbacks != nullptr && !willing_.empty()) ask_host(rules, index, portion, engine);
  const std::uint64_t seed = plan.rule->seed();
  for (const std::uint32_t event : willing_) {
    const aggregate::KeyBuffer::Key key = portion.keys.add(plan, portion.batch.row(event));
    portion.items.push_back({aggregate::hash_of_key({key.bytes, key.size}, seed), key.bytes,
                             key.size, event, index, key.combination_size});
  }
}

// Both lists ascend.
void Selection::strike_willing() {
  if (willing_.size() == candidates_.size()) return candidates_.clear();
  auto next = willing_.begin();
  std::erase_if(candidates_, [&](std::uint32_t event) {
    if (next == willing_.end() || *next != event) return false;
    ++next;
    return true;
  });
}

void Selection::select(const Ruleset& rules, Portion& portion, const Standing& standing,
                       const Engine& engine, std::vector<HostAnswer>* answers) {
  scratch_.clock = standing.clock;
  line_ = standing.line;
  heard_ = answers;
  portion.items.clear();
  portion.items.reserve(portion.batch.size());
  portion.keys.clear();
  portion.filter_failures = 0;
  // What is mapped leaves as a whole event. Those that may leave even though a rule takes them, or
  // are shown to the host, are whole from the beginning; of the others only those that pass.
  if (rules.shows_whole || rules.passes_lone)
    portion.batch.make_whole(Batch::Whose::all, *rules.formats, whole_);
  if (rules.type != SlotMap::none) portion.batch.fill_absent(rules.type, base_event);
  judge(rules, portion);
  for (std::uint32_t index = 0; index < rules.plans.size() && !candidates_.empty(); ++index) {
    offer(rules, index, portion, engine);
    // Who takes an event of a `dedup` rule is known when the rule has seen it.
    if (!rules.dedups)
      for (const std::uint32_t event : willing_) portion.batch.verdicts()[event] = Verdict::taken;
    const bool for_good = rules.match == rule::Match::first && !rules.plans[index].rule->dedups();
    if (for_good) strike_willing();
  }
  portion.batch.make_whole(Batch::Whose::passed, *rules.formats, whole_);
  portion.version = standing.version;
  portion.applied = 0;
}

}  // namespace weir::engine
