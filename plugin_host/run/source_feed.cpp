#include "run/source_feed.h"

#include <fmt/format.h>

#include <utility>

#include "input/beginning.h"

namespace weir::host {

SourceFeed::SourceFeed(Engine& engine, PresetsOf presets, std::string source,
                       std::optional<Format> format)
    : engine_(engine), presets_(std::move(presets)), source_(std::move(source)), format_(format) {}

void SourceFeed::add(std::string_view bytes, std::int64_t arrived) {
  if (!intake_) {
    held_ += bytes;
    if (begin(false)) feed_held(false, arrived);
    return;
  }
  if (!held_.empty()) {
    // Only the line that began before is copied.
    const std::size_t lf = bytes.find('\n');
    const std::size_t rest = lf == std::string_view::npos ? bytes.size() : lf + 1;
    held_ += bytes.substr(0, rest);
    bytes.remove_prefix(rest);
    // Without its end nobody wants it, unless it is too long.
    if (lf != std::string_view::npos || held_.size() > WEIR_MAX_EVENT_BYTES) {
      feed_held(false, arrived);
    }
  }
  if (bytes.empty()) return;
  held_ += bytes.substr(intake_->feed(bytes, false, arrived));
}

void SourceFeed::end(std::int64_t arrived) {
  if (begin(true)) feed_held(true, arrived);
}

void SourceFeed::resume(Format format, const LineState& state) {
  format_ = format;
  intake_.emplace(engine_, presets_(format), source_, format);
  intake_->resume(state);
}

// False when more bytes are needed to tell what they are.
bool SourceFeed::begin(bool last) {
  if (intake_) return true;
  const auto skip = beginning_to_skip(held_, last);
  if (!skip) return false;
  const std::string_view text = std::string_view(held_).substr(*skip);
  if (!format_) {
    if (text.empty() || (!last && detection_wants_more(text))) return false;
    format_ = detect_format(text);
  }
  if (!is_lines(*format_)) {
    throw Failure(Exit::bad_input,
                  fmt::format("'{}' holds {}, which is not read beside live inputs or with "
                              "--follow; read it in a run of its own",
                              source_, format_name(*format_)));
  }
  held_.erase(0, *skip);
  intake_.emplace(engine_, presets_(*format_), source_, *format_);
  return true;
}

void SourceFeed::feed_held(bool last, std::int64_t arrived) {
  held_.erase(0, intake_->feed(held_, last, arrived));
  // What a long line has taken goes back.
  constexpr std::size_t usual = std::size_t{64} << 10;
  if (held_.empty() && held_.capacity() > usual) std::string().swap(held_);
}

}  // namespace weir::host
