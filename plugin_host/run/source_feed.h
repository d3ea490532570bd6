// A source whose bytes come piece by piece: its format is found by the first of them, and the line
// that is not whole is held until it is. One thread. Costs: an Intake's, and a copy of what is
// held.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "run/intake.h"

namespace weir::host {

// The mappings that a format needs. Throws Failure(runtime).
using PresetsOf = std::function<PresetIds(Format)>;

class SourceFeed {
 public:
  // format: none is by content.
  SourceFeed(Engine& engine, PresetsOf presets, std::string source, std::optional<Format> format);

  // Feeds lines that are whole. Throws Failure: bad_input when the source has no lines.
  void add(std::string_view bytes, std::int64_t arrived);
  // What is held is a line.
  void end(std::int64_t arrived);

  // Where the source stands, `held` bytes before what was added last, and back into a new feed.
  LineState state() const { return intake_ ? intake_->state() : LineState{}; }
  std::size_t held() const noexcept { return held_.size(); }
  void resume(Format format, const LineState& state);

  const std::string& source() const noexcept { return source_; }
  std::optional<Format> format() const noexcept { return format_; }
  EventCounts counts() const noexcept { return intake_ ? intake_->counts() : EventCounts{}; }

 private:
  bool begin(bool last);
  void feed_held(bool last, std::int64_t arrived);

  Engine& engine_;
  PresetsOf presets_;
  std::string source_;
  std::optional<Format> format_;
  std::optional<Intake> intake_;
  std::string held_;
};

}  // namespace weir::host
