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
  records_ = nullptr;
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
    read_event(rules, events[i]);
  }
}

void Batch::read(const Ruleset& rules, const weir_record* records, std::size_t count,
                 RecordReaders& readers) {
  count = std::min<std::size_t>(count, WEIR_CHUNK_EVENTS);
  begin(rules, count);
  made_.resize(count);
  events_ = made_.data();
  records_ = records;
  if (readers.size() < rules.keys.size()) readers.resize(rules.keys.size());
  for (std::size_t i = 0; i < count; ++i) {
    const weir_record& record = records[i];
    lines_.push_back({{record.text.data, record.text.size}, record.line, 0});
    made_[i] = {nullptr, 0, record.cookie};
    if (record.problem.size > 0) {
      reject(memory_.copy({record.problem.data, record.problem.size}));
    } else if (record.preset >= rules.keys.size()) {
      reject("its preset is none that weir_preset_id gave");
    } else {
      read_record(record, rules, readers[record.preset]);
    }
  }
}

void Batch::read_record(const weir_record& record, const Ruleset& rules, RecordReader& reader) {
  const KeyTree& keys = rules.keys[record.preset];
  const bool places = keys.width() != width_;
  if (places && row_.size() < keys.width()) row_.resize(keys.width());
  Value* const row = places ? row_.data() : next_row();
  std::uint64_t errors = 0;
  if (const auto wrong = reader.read(record, keys, row, memory_, errors); !wrong.empty())
    return reject(wrong);
  if (places) std::copy_n(row, width_, next_row());
  if (errors > 0) count_errors(errors);
  verdicts_.push_back(Verdict::passed);
}

void Batch::make_whole(Whose whose, const LineFormats& formats, WholeRecordReaders& readers) {
  if (records_ == nullptr) return;
  if (readers.size() < formats.size()) readers.resize(formats.size());
  for (std::size_t i = 0; i < size(); ++i) {
    const bool wanted = verdicts_[i] == Verdict::passed ||
                        (whose == Whose::all && verdicts_[i] != Verdict::rejected);
    if (!wanted || made_[i].fields != nullptr) continue;
    const std::uint32_t preset = records_[i].preset;
    made_[i] = readers[preset].read(records_[i], formats[preset], memory_);
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
