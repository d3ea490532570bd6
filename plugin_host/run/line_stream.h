// A pipe that is read beside other live inputs: what is there, never waiting. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "input/byte_source.h"
#include "run/source_feed.h"

namespace weir::host {

class LineStream {
 public:
  LineStream(ByteSource& source, Engine& engine, PresetsOf presets, std::optional<Format> format)
      : source_(source), feed_(engine, std::move(presets), source.name(), format) {}

  // Feeds what is there, up to the room. False at the end, when everything is fed. Throws Failure:
  // bad_input when the pipe cannot be read.
  bool step(std::span<char> room, std::int64_t arrived);
  // Feeds what has reached the pipe by now, up to kDrainBytes, and the line without an end.
  void finish(std::span<char> room, std::int64_t arrived);

  // Whether step() has something to do though poll() does not say so.
  bool ready() const noexcept { return source_.ready(); }
  const ByteSource& source() const noexcept { return source_; }
  const SourceFeed& feed() const noexcept { return feed_; }

 private:
  ByteSource& source_;
  SourceFeed feed_;
};

}  // namespace weir::host
