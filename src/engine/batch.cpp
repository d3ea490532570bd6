// Events as fields to the rows of a batch.

#include "engine/batch.h"

#include <algorithm>

#include "event/convert.h"
#include "event/field_value.h"

namespace weir::engine {

void Batch::begin(const Ruleset& rules, std::size_t room) {
  verdicts_.clear();
  problems_.clear();
  conversion_errors_.clear();
  lines_.clear();
  events_ = nullptr;
  memory_.reset();
  if (width_ != rules.slots.size()) values_.clear();
  width_ = rules.slots.size();
  if (values_.size() < room * width_) values_.resize(room * width_);
  verdicts_.reserve(room);
  if (serial_ != rules.keys.serial()) layouts_.forget();
  serial_ = rules.keys.serial();
}

void Batch::reject(std::string_view problem) {
  problems_.push_back({static_cast<std::uint32_t>(size()), problem});
  verdicts_.push_back(Verdict::rejected);
}

void Batch::count_errors(std::size_t errors) {
  conversion_errors_.insert(conversion_errors_.end(), errors, static_cast<std::uint32_t>(size()));
}

std::string_view Batch::problem(std::size_t event) const noexcept {
  const auto found =
      std::lower_bound(problems_.begin(), problems_.end(), event,
                       [](const Problem& problem, std::size_t at) { return problem.event < at; });
  return found != problems_.end() && found->event == event ? found->text : std::string_view();
}

namespace {

// Of an event of some dozen fields most. An address that is none does no harm.
void prefetch(const weir_field* fields) noexcept {
  for (std::size_t line = 0; line < 5; ++line)
    __builtin_prefetch(reinterpret_cast<const char*>(fields) + line * 64);
}

}  // namespace

void Batch::read(const Ruleset& rules, const weir_event* events, std::size_t count) {
  count = std::min<std::size_t>(count, WEIR_CHUNK_EVENTS);
  begin(rules, count);
  events_ = events;
  constexpr std::size_t ahead = 4;  // events; their fields lie in the host's memory
  for (std::size_t i = 0; i < count; ++i) {
    if (i + ahead < count) prefetch(events[i + ahead].fields);
    read_event(rules, events[i]);
  }
}

void Batch::read_event(const Ruleset& rules, const weir_event& event) {
  const Layout& layout = layouts_.of(event, rules.slots);
  if (!layout.problem.empty()) return reject(layout.problem);
  Value* const row = next_row();
  if (!layout.read(event, row)) return reject(layout.check_sizes(event));
  for (const Layout::Converted& wanted : layout.converted) {
    Value& value = row[wanted.slot];
    value = value_of(event.fields[wanted.position]);
    if (convert(value, wanted.type, memory_)) continue;
    value = {};
    count_errors(1);
  }
  verdicts_.push_back(Verdict::passed);
}

}  // namespace weir::engine
