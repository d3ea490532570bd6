// The bytes of one source into the engine, whatever the format of its lines. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "input/message_reader.h"
#include "run/engine.h"

namespace weir::host {

class Intake {
 public:
  // REQUIRES: is_lines(format).
  Intake(Engine& engine, const PresetIds& presets, std::string source, Format format);

  // Feeds the lines in `bytes`; `last`: what follows the last LF is one too. Returns how many bytes
  // were consumed: the others are to come again, with more. A line beyond WEIR_MAX_EVENT_BYTES is
  // rejected, and consumed as it comes. arrived: as in Message.
  std::size_t feed(std::string_view bytes, bool last, std::int64_t arrived);

  // Feeds a message that the transport has cut out: a datagram, a frame. It may hold line feeds,
  // except in JSON, where each of its lines is an event.
  void feed_message(std::string_view message, std::int64_t arrived);

  const std::string& source() const noexcept { return source_; }

 private:
  std::size_t feed_lines(std::string_view bytes, bool last, std::int64_t arrived);
  void read(std::string_view message, std::int64_t arrived);
  void reject_long(std::string_view beginning, std::int64_t arrived);
  void deliver();

  Engine& engine_;
  std::string source_;
  Format format_;
  NdjsonPosition position_;
  MessageReader reader_;
  Records records_;
  std::uint64_t lines_ = 0;
  bool in_long_line_ = false;  // whose beginning has been rejected
};

}  // namespace weir::host
