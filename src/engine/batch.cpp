// Events as fields, and records, to the rows of a batch.

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
  of_lines_ = false;
  events_ = nullptr;
  memory_.reset();
  if (width_ != rules.slots.size()) values_.clear();
  width_ = rules.slots.size();
  if (values_.size() < room * width_) values_.resize(room * width_);
  verdicts_.reserve(room);
  if (serial_ != rules.serial) layouts_.forget();
  serial_ = rules.serial;
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
    read_event(rules, events[i], Sizes::unknown);
  }
}

void Batch::read(const Ruleset& rules, const weir_record* records, std::size_t count,
                 RecordReaders& readers) {
  count = std::min<std::size_t>(count, WEIR_CHUNK_EVENTS);
  begin(rules, count);
  made_.resize(count);
  events_ = made_.data();
  if (readers.size() < rules.keys.size()) readers.resize(rules.keys.size());
  for (std::size_t i = 0; i < count; ++i) {
    const weir_record& record = records[i];
    lines_.push_back({{record.text.data, record.text.size}, record.line, 0});
    made_[i] = {nullptr, 0, record.cookie};
    if (record.problem.size > 0) {
      reject(memory_.copy({record.problem.data, record.problem.size}));
    } else if (record.preset >= rules.keys.size()) {
      reject("its preset is none that weir_preset_id gave");
    } else if (const auto wrong = check_members(record); !wrong.empty()) {
      reject(wrong);
    } else {
      read_record(record, rules, readers[record.preset]);
    }
  }
}

void Batch::read_record(const weir_record& record, const Ruleset& rules, RecordReader& reader) {
  std::uint64_t errors = 0;
  weir_event& made = made_[size()];
  made = reader.read(record, (*rules.formats)[record.preset], memory_, errors);
  if (errors > 0) count_errors(errors);
  // The record has been checked: an event is good or bad whatever is mapped, and however much room
  // its fields take therefore.
  read_event(rules, made, Sizes::known);
}

void Batch::read_event(const Ruleset& rules, const weir_event& event, Sizes sizes) {
  const Layout& layout = layouts_.of(event, rules.slots);
  if (!layout.problem.empty()) return reject(layout.problem);
  Value* const row = next_row();
  if (!layout.read(event, row) && sizes == Sizes::unknown) return reject(layout.check_sizes(event));
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
