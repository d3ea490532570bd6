#include "run/intake.h"

#include <utility>

namespace weir::host {

PresetIds presets_of(const Library& library, Format format) {
  return format == Format::ndjson ? PresetIds{} : preset_ids(library);
}

Intake::Intake(Engine& engine, const PresetIds& presets, std::string source, Format format)
    : engine_(engine), source_(std::move(source)), format_(format), lines_(format, presets) {
  position_.source = source_;
  position_.cursor.preset = presets.of(format);
}

std::size_t Intake::feed(std::string_view bytes, bool last, std::int64_t arrived) {
  const EventCounts before = engine_.counts();
  const std::size_t consumed = is_json(format_) ? engine_.feed_ndjson(bytes, last, position_)
                                                : feed_lines(bytes, last, arrived);
  counts_ += engine_.counts() - before;
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
  const EventCounts before = engine_.counts();
  if (is_json(format_)) {
    engine_.feed_ndjson(message, true, position_);
  } else {
    lines_.read_message(message, arrived, records_);
    deliver();
  }
  counts_ += engine_.counts() - before;
}

void Intake::deliver() {
  if (!records_.empty()) engine_.feed_records(records_.all(), source_);
  records_.clear();
}

}  // namespace weir::host
