#include "engine/selection.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <new>

#include "aggregate/key.h"
#include "event/field_value.h"

namespace weir::engine {

namespace {

// An event that has none of the identical fields belongs to no group; with `missing: pass` neither
// does one that lacks any.
bool has_key(const aggregate::Plan& plan, const Value* row) noexcept {
  const auto present = [&](Slot slot) { return row[slot].present(); };
  return plan.rule->settings().missing == aggregate::Missing::pass
             ? std::all_of(plan.identical.begin(), plan.identical.end(), present)
             : std::any_of(plan.identical.begin(), plan.identical.end(), present);
}

void add_item(const aggregate::Plan& plan, std::uint32_t index, std::uint32_t event,
              Worker& worker) {
  const Value* const row = worker.batch.row(event);
  std::size_t room = 0;
  for (const Slot slot : plan.identical) room += aggregate::key_room(row[slot]);
  char* const key = worker.batch.memory().take(room);
  char* end = key;
  for (const Slot slot : plan.identical) end = aggregate::append_key(end, row[slot]);
  const auto size = static_cast<std::size_t>(end - key);
  const std::uint64_t hash = XXH3_64bits_withSeed(key, size, plan.rule->seed());
  worker.chunk.items.push_back({hash, key, static_cast<std::uint32_t>(size), event, index});
}

// Keeps of the willing events those that the host's filter takes.
void ask_host(const Intake& intake, const Ruleset& rules, Worker& worker, const Engine& engine) {
  const Callbacks& callbacks = *intake.callbacks;
  worker.asked.clear();
  for (const std::uint32_t event : worker.willing) {
    const Origin& origin = worker.batch.origin(event);
    worker.asked.push_back(shown_event(callbacks, intake.callback_slots, rules.slots,
                                       worker.batch.row(event), origin.event, origin.line, worker,
                                       worker.batch.memory()));
  }
  worker.answers.assign(worker.willing.size(), WEIR_CALLBACK_FAILED);
  {
    const InsideCallback inside(engine);
    callbacks.filter(callbacks.user, worker.asked.data(), worker.asked.size(),
                     worker.answers.data());
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < worker.willing.size(); ++i) {
    if (worker.answers[i] == WEIR_TAKE)
      worker.willing[kept++] = worker.willing[i];
    else if (worker.answers[i] != WEIR_LEAVE)
      ++worker.counts.filter_failures;
  }
  worker.willing.resize(kept);
}

// Makes items of the willing events and strikes them off the candidates. Both ascend.
void take_willing(const aggregate::Plan& plan, std::uint32_t index, Worker& worker) {
  for (const std::uint32_t event : worker.willing) {
    add_item(plan, index, event, worker);
    worker.batch.origin(event).verdict = Verdict::taken;
  }
  worker.counts.taken += worker.willing.size();
  if (worker.willing.size() == worker.candidates.size()) return worker.candidates.clear();
  std::erase_if(worker.candidates, [&](std::uint32_t event) {
    return worker.batch.origin(event).verdict == Verdict::taken;
  });
}

void judge(const Ruleset& rules, Worker& worker, std::size_t count) {
  worker.candidates.clear();
  for (std::uint32_t event = 0; event < count; ++event) {
    Origin& origin = worker.batch.origin(event);
    worker.counts.conversion_errors += origin.conversion_errors;
    if (origin.verdict == Verdict::rejected) {
      ++worker.counts.rejected;
    } else if (rules.filtered &&
               rules.filter.matches(worker.batch.row(event), worker.scratch) != rules.keep) {
      origin.verdict = Verdict::filtered;
      ++worker.counts.filtered;
    } else {
      origin.verdict = Verdict::passed;
      worker.candidates.push_back(event);
    }
  }
}

}  // namespace

weir_event shown_event(const Callbacks& callbacks, const std::vector<Slot>& slots,
                       const SlotMap& map, const Value* row, const weir_event& fed,
                       std::string_view line, Worker& worker, Bump& memory) {
  if (callbacks.all_fields) {
    if (fed.fields != nullptr || line.empty()) return fed;
    const auto fields = worker.whole.read(line, memory);
    return {fields.data(), fields.size(), fed.cookie};
  }
  auto* const fields =
      reinterpret_cast<weir_field*>(memory.take(slots.size() * sizeof(weir_field)));
  std::size_t size = 0;
  for (const Slot slot : slots)
    if (const Value& value = row[slot]; value.present())
      fields[size++] = field_of(map.field(slot), value);
  return {fields, size, fed.cookie};
}

void select(const Ruleset& rules, Worker& worker, std::size_t count, const Engine& engine) {
  worker.chunk.items.clear();
  worker.chunk.items.reserve(count);
  judge(rules, worker, count);
  for (std::uint32_t index = 0; index < rules.plans.size() && !worker.candidates.empty(); ++index) {
    const aggregate::Plan& plan = rules.plans[index];
    const Intake& intake = rules.intakes[index];
    const auto wants = [&](std::uint32_t event) {
      const Value* const row = worker.batch.row(event);
      return has_key(plan, row) &&
             (intake.filter.empty() || intake.filter.matches(row, worker.scratch));
    };
    worker.willing.clear();
    for (const std::uint32_t event : worker.candidates)
      if (wants(event)) worker.willing.push_back(event);
    if (intake.callbacks != nullptr && !worker.willing.empty())
      ask_host(intake, rules, worker, engine);
    take_willing(plan, index, worker);
  }
  worker.counts.passed += worker.candidates.size();
  worker.counts.events += count;
}

}  // namespace weir::engine
