// Events as fields, and records, to the rows of a batch.

#include "engine/batch.h"

#include <algorithm>

#include "event/convert.h"
#include "event/field_value.h"

namespace weir::engine {

namespace {

// Every thread has the rows of a batch: 512 KiB at most, also where a rule wants all standard
// fields, of which a row takes 3.5 KiB. In steps, so that the size of a chunk, between which bounds
// are looked at, does not depend on a field more or less.
std::size_t most_events(std::size_t width) noexcept {
  constexpr std::size_t most_bytes = 512 * 1024, usual_width = 64, all_fields = 256;
  if (width <= usual_width) return WEIR_CHUNK_EVENTS;
  if (width <= all_fields) return WEIR_CHUNK_EVENTS / 4;
  return std::clamp<std::size_t>(most_bytes / (width * sizeof(Value)), 32, WEIR_CHUNK_EVENTS / 4);
}

}  // namespace

void Batch::begin(const Ruleset& rules, std::size_t most) {
  verdicts_.clear();
  problems_.clear();
  conversion_errors_.clear();
  lines_.clear();
  made_.clear();
  lost_.clear();
  of_lines_ = false;
  events_ = nullptr;
  records_ = nullptr;
  memory_.reset();
  if (width_ != rules.slots.size()) values_.clear();
  width_ = rules.slots.size();
  room_ = std::min(most, most_events(width_));
  if (values_.size() < room_ * width_) values_.resize(room_ * width_);
  verdicts_.reserve(room_);
  if (serial_ != rules.serial) layouts_.forget();
  serial_ = rules.serial;
}

void Batch::reject(std::string_view problem) {
  problems_.push_back({static_cast<std::uint32_t>(size()), problem});
  verdicts_.push_back(Verdict::rejected);
}

void Batch::reject(std::size_t event, std::string_view problem) {
  const auto place =
      std::lower_bound(problems_.begin(), problems_.end(), event,
                       [](const Problem& known, std::size_t at) { return known.event < at; });
  problems_.insert(place, {static_cast<std::uint32_t>(event), problem});
  verdicts_[event] = Verdict::rejected;
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
    __builtin_prefetch(
        reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(fields) + line * 64));
}

}  // namespace

void Batch::read(const Ruleset& rules, const weir_event* events, std::size_t count) {
  begin(rules, count);
  count = room_;
  events_ = events;
  constexpr std::size_t ahead = 4;  // events; their fields lie in the host's memory
  for (std::size_t i = 0; i < count; ++i) {
    if (i + ahead < count) prefetch(events[i + ahead].fields);
    read_event(rules, events[i]);
  }
}

void Batch::read(const Ruleset& rules, const weir_record* records, std::size_t count,
                 RecordReaders& readers) {
  begin(rules, count);
  count = room_;
  records_ = records;
  for (std::size_t i = 0; i < count; ++i) {
    const weir_record& record = records[i];
    lines_.push_back({{record.text.data, record.text.size}, record.line, 0});
    made_.push_back({nullptr, 0, record.cookie});
    if (record.problem.size > 0) {
      reject(memory_.copy({record.problem.data, record.problem.size}));
    } else if (record.preset >= rules.keys.size()) {
      reject("its preset is none that weir_preset_id gave");
    } else {
      read_record(record, rules, reader_of(readers, record.preset));
    }
  }
}

void Batch::read_record(const weir_record& record, const Ruleset& rules, RecordReader& reader) {
  const KeyTree& keys = rules.keys[record.preset];
  std::uint64_t errors = 0;
  const auto wrong = reader.read(record, keys, room_for(keys), memory_, errors);
  if (!wrong.empty()) return reject(wrong);
  take_row(keys);
  if (errors > 0) count_errors(errors);
  verdicts_.push_back(Verdict::passed);
}

Value* Batch::room_for(const KeyTree& keys) {
  if (keys.width() == width_) return next_row();
  if (row_.size() < keys.width()) row_.resize(keys.width());
  return row_.data();
}

void Batch::take_row(const KeyTree& keys) noexcept {
  if (keys.width() != width_) std::copy_n(row_.data(), width_, next_row());
}

void Batch::make_event(std::size_t event, const LineFormats& formats, WholeReaders& readers) {
  std::uint64_t lost = 0;
  if (of_lines_) {
    const auto fields = readers.lines.read(lines_[event].text, formats[preset_], memory_, lost);
    made_[event] = {fields.data(), fields.size(), 0};
  } else {
    const std::uint32_t preset = records_[event].preset;
    made_[event] =
        reader_of(readers.records, preset).read(records_[event], formats[preset], memory_, lost);
  }
  lost_[event] = static_cast<std::uint32_t>(lost);
}

void Batch::make_whole(Whose whose, const LineFormats& formats, WholeReaders& readers) {
  if (!of_lines_ ? records_ == nullptr : !formats[preset_]->mapped()) return;
  made_.resize(size());
  lost_.resize(size());
  const std::size_t counted = conversion_errors_.size();
  for (std::size_t i = 0; i < size(); ++i) {
    const bool passes = verdicts_[i] == Verdict::passed;
    if (!passes && (whose == Whose::passed || verdicts_[i] == Verdict::rejected)) continue;
    if (made_[i].fields == nullptr) make_event(i, formats, readers);
    if (whose == Whose::all || lost_[i] == 0) continue;
    const auto event = static_cast<std::uint32_t>(i);
    const auto known =
        std::equal_range(conversion_errors_.begin(),
                         conversion_errors_.begin() + static_cast<std::ptrdiff_t>(counted), event);
    const auto wanted = static_cast<std::size_t>(known.second - known.first);
    if (lost_[i] > wanted)
      conversion_errors_.insert(conversion_errors_.end(), lost_[i] - wanted, event);
  }
  if (conversion_errors_.size() > counted)
    std::sort(conversion_errors_.begin(), conversion_errors_.end());
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
