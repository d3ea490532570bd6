// The bytes of one source into the engine, whatever the format of its lines. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "input/message_lines.h"
#include "run/engine.h"

namespace weir::host {

// The mappings that sources of a format need; plain NDJSON needs none. Throws Failure(runtime).
PresetIds presets_of(const Library& library, Format format);

class Intake {
 public:
  // REQUIRES: is_lines(format).
  Intake(Engine& engine, const PresetIds& presets, std::string source, Format format);
  // The same with records that it shares with others, which are used within a call: many sources
  // that are mostly silent need no memory each.
  Intake(Engine& engine, const PresetIds& presets, std::string source, Format format,
         Records& records);
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // Feeds the lines in `bytes`; `last`: what follows the last LF is one too. Returns how many bytes
  // were consumed: the others are to come again, with more. A line beyond WEIR_MAX_EVENT_BYTES is
  // rejected, and consumed as it comes. arrived: as in Message.
  std::size_t feed(std::string_view bytes, bool last, std::int64_t arrived);

  // Feeds a message that the transport has cut out: a datagram, a frame. It may hold line feeds,
  // except in JSON, where each of its lines is an event.
  void feed_message(std::string_view message, std::int64_t arrived);
  // The same for many: they must stay until deliver(), or until they are fed for want of room.
  void add_message(std::string_view message, std::int64_t arrived);
  // What came cannot be a message; likewise. reason: as Records::reject().
  void reject(std::string_view text, std::string_view reason, std::int64_t arrived);
  void deliver();

  // Where the source stands, and back into a new intake, whose counts begin at 0.
  LineState state() const;
  void resume(const LineState& state);

  const std::string& source() const noexcept { return source_; }
  // What was fed, rejected events included.
  const EventCounts& counts() const noexcept { return counts_; }
  std::uint64_t events() const noexcept { return counts_.events; }

 private:
  std::size_t feed_json(std::string_view bytes, bool last);
  std::size_t feed_lines(std::string_view bytes, bool last, std::int64_t arrived);

  Engine& engine_;
  std::string source_;
  Format format_;
  NdjsonPosition position_;
  MessageLines lines_;
  std::unique_ptr<Records> own_;  // none: they are shared
  Records& records_;
  EventCounts counts_;
};

}  // namespace weir::host
