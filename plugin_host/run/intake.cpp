#include "run/intake.h"

#include <utility>

namespace weir::host {
namespace {

constexpr std::string_view kTooLong = "the line is longer than 4 MiB";

std::string_view without_cr(std::string_view line) noexcept {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

Intake::Intake(Engine& engine, const PresetIds& presets, std::string source, Format format)
    : engine_(engine),
      source_(std::move(source)),
      format_(format),
      reader_(format, presets),
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
      reader_(format, presets),
      records_(records) {
  position_.source = source_;
  position_.cursor.preset = presets.of(format);
}

std::size_t Intake::feed(std::string_view bytes, bool last, std::int64_t arrived) {
  if (is_json(format_)) return engine_.feed_ndjson(bytes, last, position_);
  const std::size_t consumed = feed_lines(bytes, last, arrived);
  deliver();
  return consumed;
}

std::size_t Intake::feed_lines(std::string_view bytes, bool last, std::int64_t arrived) {
  std::size_t begin = 0;
  while (begin < bytes.size()) {
    const std::size_t lf = bytes.find('\n', begin);
    const bool whole = lf != std::string_view::npos;
    const std::string_view line = bytes.substr(begin, whole ? lf - begin : lf);
    if (!whole && !last) {
      if (!in_long_line_ && line.size() <= WEIR_MAX_EVENT_BYTES) break;
      if (!std::exchange(in_long_line_, true)) reject(line, kTooLong, arrived);
      return bytes.size();
    }
    begin = whole ? lf + 1 : bytes.size();
    if (std::exchange(in_long_line_, false)) continue;
    if (line.size() > WEIR_MAX_EVENT_BYTES)
      reject(line, kTooLong, arrived);
    else
      read(without_cr(line), arrived);
  }
  return begin;
}

void Intake::feed_message(std::string_view message, std::int64_t arrived) {
  add_message(message, arrived);
  deliver();
}

void Intake::add_message(std::string_view message, std::int64_t arrived) {
  if (is_json(format_)) {
    engine_.feed_ndjson(message, true, position_);
  } else if (message.size() > WEIR_MAX_EVENT_BYTES) {
    reject(message, kTooLong, arrived);
  } else {
    read(message, arrived);
  }
}

void Intake::read(std::string_view message, std::int64_t arrived) {
  reader_.read({message, ++lines_, arrived}, records_);
  if (records_.size() == WEIR_CHUNK_EVENTS) deliver();
}

void Intake::reject(std::string_view text, std::string_view reason, std::int64_t arrived) {
  const std::uint64_t number = is_json(format_) ? ++position_.cursor.lines : ++lines_;
  records_.begin({text, number, arrived}, 0);
  records_.reject(reason);
}

void Intake::deliver() {
  if (!records_.empty()) engine_.feed_records(records_.all(), source_);
  events_ += records_.size();
  records_.clear();
}

}  // namespace weir::host
