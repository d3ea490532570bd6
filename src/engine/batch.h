// The events of one chunk as rows of values, whatever they came as.
//
// A row holds the wanted fields of one event by slot. Where each wanted field stands among an
// event's fields is found once for a run of events with the same fields in the same order. No
// allocation once the buffers have grown to a chunk.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "engine/layout.h"
#include "engine/ruleset.h"
#include "event/ndjson_reader.h"
#include "event/value.h"
#include "weir/weir.h"

namespace weir::engine {

enum class Verdict : std::uint8_t { undecided, rejected, filtered, passed, taken };

// Where an event came from, for handing it on.
struct Origin {
  weir_event event{};        // as fed; fields null for a line
  std::string_view line;     // as fed, without its LF
  std::string_view problem;  // why it was rejected; NUL-terminated
  std::uint64_t number = 0;  // of the line
  std::uint64_t end = 0;     // bytes of the source up to the next line
  std::uint64_t conversion_errors = 0;
  Verdict verdict = Verdict::undecided;
};

class Batch {
 public:
  // Reads events, at most a chunk of them. Throws bad_alloc.
  void read(const Ruleset& rules, const weir_event* events, std::size_t count);

  // Reads lines until a chunk is full or the text ends; blank ones are skipped. `last`: what
  // follows the last LF is a line. `cursor` as in weir_feed_ndjson: its state is read. Throws
  // bad_alloc.
  void read(const Ruleset& rules, std::string_view text, bool last, const weir_cursor& cursor);

  std::size_t size() const noexcept { return origins_.size(); }
  std::size_t width() const noexcept { return width_; }
  const Value* rows() const noexcept { return values_.data(); }
  const Value* row(std::size_t event) const noexcept { return values_.data() + event * width_; }
  Origin& origin(std::size_t event) noexcept { return origins_[event]; }
  const Origin& origin(std::size_t event) const noexcept { return origins_[event]; }

  // Of lines: where the source stands behind the first `events` events; behind all of them, blank
  // lines at the end included.
  void advance(weir_cursor& cursor, std::size_t events) const noexcept;

  Bump& memory() noexcept { return memory_; }

 private:
  void begin(const Ruleset& rules, std::size_t room);
  Value* add_row();
  void read_event(const Ruleset& rules, const weir_event& event);
  void find_lines(std::string_view text, bool last);
  void read_unfinished(std::string_view text);
  void read_line(const Ruleset& rules, std::string_view line);
  void reject(std::string_view problem);

  std::size_t width_ = 0;
  std::vector<Value> values_;
  std::vector<Origin> origins_;
  Bump memory_;
  NdjsonReader reader_;
  std::vector<std::size_t> line_ends_;

  Layouts layouts_;

  // The source behind the last line that was looked at.
  std::uint64_t end_ = 0;
  std::uint64_t lines_ = 0;
  std::uint32_t state_ = 0;
};

}  // namespace weir::engine
