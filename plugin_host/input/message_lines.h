// Lines of a source as messages of its format: one a line, without its end. What it knows of the
// source is a value, so that several threads can each read a block of it: a copy reads the block,
// while the original passes over it to the next. Costs: a memchr() a line, to pass over a block a
// count of its LFs and what the format needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "input/line_state.h"
#include "input/message_reader.h"

namespace weir::host {

class MessageLines {
 public:
  // REQUIRES: is_lines(format) and not is_json(format).
  MessageLines(Format format, const PresetIds& presets) : reader_(format, presets) {}

  // Reads lines until the bytes are used up or there are `most` records. Returns how many bytes
  // that took. Left are the beginning of a line, unless `last` says that it is one, and what there
  // was no room for. A line beyond WEIR_MAX_EVENT_BYTES is rejected by its beginning, and taken as
  // it comes. The numbers of lines count from the start of the source. arrived: as in Message.
  std::size_t read(std::string_view bytes, bool last, std::int64_t arrived, Records& records,
                   std::size_t most);
  // A message that the transport has cut out, which may hold line feeds.
  void read_message(std::string_view message, std::int64_t arrived, Records& records);
  // What cannot be a message, counted as one. reason: as for Records::reject().
  void reject(std::string_view text, std::string_view reason, std::int64_t arrived,
              Records& records);
  // As if the bytes had been read, all of them.
  void pass_over(std::string_view bytes, bool last);

  // Where it stands, and back into a new one.
  LineState state() const { return {lines_, in_long_line_ ? 1U : 0U, reader_.header()}; }
  void resume(const LineState& state);

 private:
  MessageReader reader_;
  std::uint64_t lines_ = 0;    // so far
  bool in_long_line_ = false;  // whose beginning has been rejected, and counted
};

}  // namespace weir::host
