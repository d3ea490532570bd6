#include "engine/enriching.h"

#include <algorithm>

#include "engine/additions.h"
#include "event/convert.h"
#include "event/field_value.h"

namespace weir::engine {

void Enriching::fill_row(const Output& output) {
  std::vector<Value>& row = worker_.row;
  const KeyTree& keys = rules_.keys.front();
  row.assign(keys.width(), Value{});
  const auto put = [&](const weir_field& field, bool converted = false) {
    const Slot slot = rules_.slots.find(field.id);
    if (slot == SlotMap::none) return;
    Value value = value_of(field);
    const FieldType type = rules_.slots.type(slot);
    const bool good =
        (converted && type == FieldType::any) || convert(value, type, outputs_.memory);
    row[slot] = good ? value : Value{};
  };
  const weir_event& event = output.event;
  if (event.fields == nullptr) {
    std::uint64_t counted = 0;  // when the line was read first
    worker_.reader.start(output.line);
    worker_.reader.read(output.line, keys, row.data(), outputs_.memory, counted);
  }
  for (std::uint64_t i = 0; i < event.field_count; ++i) put(event.fields[i]);
  if (rules_.type != SlotMap::none && !row[rules_.type].present()) row[rules_.type] = base_event;
  // A rule may set what an open schema does not take from an event: a list, or JSON.
  for (const weir_field& field : output.additions) put(field, true);
}

bool Enriching::call_host(const HostFunction& host, Output& output, enrich::Subject& subject) {
  const Callbacks& callbacks = *host.callbacks;
  Bump& memory = outputs_.memory;
  store_changes(output, subject);
  const weir_event event =
      callbacks.all_fields
          ? whole_event(output, outputs_.format, worker_.whole, worker_.fields, memory)
          : worker_.showcase.show(callbacks, host.slots, rules_, worker_.row.data(),
                                  {output.event, output.line}, memory);
  weir_additions additions(memory);
  std::int32_t answer = WEIR_CALLBACK_FAILED;
  {
    const InsideCallback inside(engine_);
    callbacks.enrich(callbacks.user, &event, &additions, &answer);
  }
  if (answer != WEIR_OK) return false;
  for (const weir_field& field : additions.fields()) subject.note(field);
  return true;
}

bool Enriching::ask(const Asking& asking, std::uint32_t place, Output& output,
                    enrich::Subject& subject) {
  EnrichmentCounts& counts = worker_.enrichment_counts[place];
  worker_.question.clear();
  if (!asking.rule.ask(subject, worker_.question, counts.dropped_pairs)) {
    ++counts.missed;
    return false;
  }
  store_changes(output, subject);
  using Taken = enrich::Exchange::Taken;
  enrich::Exchange& exchange = asking.client->exchange();
  Taken taken = Taken::full;
  if (held_.has_room(output, worker_.question.size())) {
    // Held first: an answer may come as soon as the question is asked.
    const std::uint64_t ticket = held_.hold(output, place + 1, outputs_, rules_.order,
                                            asking.client->serial(), worker_.question.size());
    try {
      taken = exchange.ask(worker_.question, ticket, worker_.answer);
    } catch (...) {
      held_.take(ticket);
      throw;
    }
    if (taken == Taken::waiting) return true;
    held_.take(ticket);
  } else {
    taken = exchange.ask_cache(worker_.question, worker_.answer);
  }
  if (taken == Taken::answered)
    counts.count(asking.rule.finish(worker_.answer, subject));
  else
    ++counts.errors;
  return false;
}

void Enriching::store_changes(Output& output, const enrich::Subject& subject) {
  const auto changes = subject.changes();
  if (changes.empty()) return;
  auto* const to =
      reinterpret_cast<weir_field*>(outputs_.memory.take(changes.size() * sizeof(weir_field)));
  std::copy(changes.begin(), changes.end(), to);
  output.additions = {to, changes.size()};
}

std::uint32_t Enriching::take_answer(const Output& output, enrich::Subject& subject) {
  using enrich::Outcome;
  const auto size = static_cast<std::uint32_t>(rules_.enrichers.size());
  if (output.again) return place_without_answer(output);
  if (output.asked == 0) return output.place;
  std::uint32_t place = 0;  // of the rule that asked, as things are now
  for (; place < size; ++place)
    if (const enrich::Client* const client = rules_.enrichers[place].client();
        client != nullptr && client->serial() == output.asked)
      break;
  if (place == size) return place_without_answer(output);
  const Outcome outcome = output.answer->outcome;
  EnrichmentCounts& counts = worker_.enrichment_counts[place];
  if (outcome == Outcome::ok || outcome == Outcome::ok_eof)
    counts.count(
        std::get<Asking>(rules_.enrichers[place].work).rule.finish(output.answer->text, subject));
  else
    ++counts.errors;
  counts.cut += subject.cut();
  return place + 1;
}

std::uint32_t Enriching::place_without_answer(const Output& output) {
  const std::vector<std::string>& order = *outputs_.order;
  const auto size = static_cast<std::uint32_t>(rules_.enrichers.size());
  for (std::size_t i = output.place - 1; i < order.size(); ++i)
    for (std::uint32_t place = 0; place < size; ++place) {
      const Enricher& enricher = rules_.enrichers[place];
      if (enricher.tally == nullptr || enricher.name != order[i]) continue;
      if (i + 1 != output.place || output.again) return place;
      ++worker_.enrichment_counts[place].errors;  // the rule is another by now
      return place + 1;
    }
  return size;
}

bool Enriching::pass_rules(Output& output, std::uint32_t first, const Value* row,
                           enrich::Subject& subject) {
  std::uint64_t cut = subject.cut();  // counted already
  for (std::uint32_t place = first; place < rules_.enrichers.size(); ++place) {
    const Enricher& enricher = rules_.enrichers[place];
    if (enricher.only != nullptr && enricher.only != output.rule) continue;
    EnrichmentCounts& counts = worker_.enrichment_counts[place];
    if (!enricher.filter.matches(row, worker_.scratch)) {
      ++counts.skipped;
      continue;
    }
    if (row != worker_.row.data()) {  // the portion's own, which no rule may change
      std::copy_n(row, rules_.slots.size(), worker_.row.data());  // without the places of `map:`
      row = worker_.row.data();
    }
    if (const auto* const step = std::get_if<enrich::Step>(&enricher.work)) {
      counts.count(enrich::apply(*step, subject));
    } else if (const auto* const host = std::get_if<HostFunction>(&enricher.work)) {
      const bool good = call_host(*host, output, subject);
      ++(good ? counts.applied : counts.errors);
      if (!good) ++failures_;
    } else if (ask(std::get<Asking>(enricher.work), place, output, subject)) {
      return false;
    }
    counts.cut += subject.cut() - cut;
    cut = subject.cut();
  }
  return true;
}

bool Enriching::enrich(Output& output) {
  const auto before = output.additions;  // back to them if memory ends on the way
  if (output.row == nullptr)
    fill_row(output);
  else
    worker_.row.resize(rules_.keys.front().width());
  worker_.changes.assign(before.begin(), before.end());
  // What is counted of it is counted again when it is tried again.
  worker_.counts_before = worker_.enrichment_counts;
  enrich::Subject subject(worker_.row.data(), worker_.changes, outputs_.memory,
                          worker_.scratch.clock, rules_.slots, worker_.enrich_scratch);
  try {
    const std::uint32_t first = take_answer(output, subject);
    const Value* const row = output.row == nullptr ? worker_.row.data() : output.row;
    if (!pass_rules(output, first, row, subject)) return false;
    store_changes(output, subject);
  } catch (...) {
    output.additions = before;
    worker_.enrichment_counts.swap(worker_.counts_before);
    throw;
  }
  output.answer = nullptr;
  return true;
}

void Enriching::finish() noexcept {
  if (some_held_) std::erase_if(outputs_.items, [](const Output& output) { return output.held; });
  for (std::size_t i = 0; i < worker_.enrichment_counts.size(); ++i)
    if (const auto& tally = rules_.enrichers[i].tally; tally != nullptr)
      tally->add(worker_.enrichment_counts[i]);
}

std::uint64_t Enriching::run() {
  worker_.enrichment_counts.assign(rules_.enrichers.size(), {});
  try {
    for (std::size_t i = outputs_.next; i < outputs_.items.size(); ++i) {
      Output& output = outputs_.items[i];
      if (output.enriched || output.kind == WEIR_OUTPUT_REJECTED) continue;
      output.held = !enrich(output);
      some_held_ |= output.held;
      output.enriched = true;
    }
  } catch (...) {
    finish();
    throw;
  }
  finish();
  return failures_;
}

}  // namespace weir::engine
