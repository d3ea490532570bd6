#include "run/intake.h"

#include <utility>

namespace weir::host {

PresetIds presets_of(const Library& library, Format format) {
  return format == Format::ndjson ? PresetIds{} : preset_ids(library);
}

Intake::Intake(Engine& engine, const PresetIds& presets, std::string source, Format format)
    : engine_(engine),
      source_(std::move(source)),
      format_(format),
      lines_(format, presets),
      own_(std::make_unique<Records>()),
      records_(*own_) {
  position_.source = source_;
  position_.cursor.preset = presets.of(format);
}

Intake::Intake(Engine& engine, const PresetIds& presets, std::string source, Format format,
               Records& records)
    : engine_(engine),
      source_(std::move(source)),
      format_(format),
      lines_(format, presets),
      records_(records) {
  position_.source = source_;
  position_.cursor.preset = presets.of(format);
}

LineState Intake::state() const {
  if (!is_json(format_)) return lines_.state();
  return {position_.cursor.lines, position_.cursor.state, {}};
}

void Intake::resume(const LineState& state) {
  lines_.resume(state);
  position_.cursor.lines = state.lines;
  position_.cursor.state = state.within;
}

std::size_t Intake::feed(std::string_view bytes, bool last, std::int64_t arrived) {
  return is_json(format_) ? feed_json(bytes, last) : feed_lines(bytes, last, arrived);
}

std::size_t Intake::feed_json(std::string_view bytes, bool last) {
  const EventCounts before{position_.cursor.events, engine_.rejected()};
  const std::size_t consumed = engine_.feed_ndjson(bytes, last, position_);
  counts_ += EventCounts{position_.cursor.events, engine_.rejected()} - before;
  return consumed;
}

std::size_t Intake::feed_lines(std::string_view bytes, bool last, std::int64_t arrived) {
  std::size_t consumed = 0;
  for (bool more = true; more;) {
    consumed += lines_.read(bytes.substr(consumed), last, arrived, records_, WEIR_CHUNK_EVENTS);
    more = records_.size() >= WEIR_CHUNK_EVENTS;
    deliver();
  }
  return consumed;
}

void Intake::feed_message(std::string_view message, std::int64_t arrived) {
  add_message(message, arrived);
  deliver();
}

void Intake::add_message(std::string_view message, std::int64_t arrived) {
  if (is_json(format_)) {
    deliver();  // what was rejected before it comes before it
    feed_json(message, true);
    return;
  }
  lines_.read_message(message, arrived, records_);
  if (records_.size() >= WEIR_CHUNK_EVENTS) deliver();
}

void Intake::reject(std::string_view text, std::string_view reason, std::int64_t arrived) {
  if (is_json(format_)) {
    records_.begin({text, ++position_.cursor.lines, arrived}, 0);
    records_.reject(reason);
  } else {
    lines_.reject(text, reason, arrived, records_);
  }
}

void Intake::deliver() {
  if (records_.empty()) return;
  const std::uint64_t rejected = engine_.rejected();
  engine_.feed_records(records_.all(), source_);
  counts_ += EventCounts{records_.size(), engine_.rejected() - rejected};
  records_.clear();
}

}  // namespace weir::host
