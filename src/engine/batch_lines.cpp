// Lines of JSON to the rows of a batch.

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"
#include "engine/batch.h"

namespace weir::engine {

namespace {

// cursor.state: in the tail of a line that was too long, which has been rejected already.
constexpr std::uint32_t in_long_line = 1;

// simdjson indexes about this much at a time: text and index stay in the second-level cache.
constexpr std::size_t block_bytes = 256 * 1024;

constexpr std::string_view too_long = "the line is longer than 4 MiB";

// The text of the next block, piece by piece while this one is worked on: searching a block for its
// lines would wait for memory, working on one does not. A third of the reader's time, where the
// text does not come from a cache.
void prefetch(std::string_view text, std::size_t from, std::size_t size) noexcept {
  constexpr std::size_t cache_line = 64;
  const std::size_t end = std::min(from + size + 1, text.size());
  for (; from < end; from += cache_line) __builtin_prefetch(text.data() + from, 0, 2);
}

}  // namespace

void Batch::read(const Ruleset& rules, std::string_view text, bool last, const weir_cursor& cursor,
                 LineReaders& readers) {
  begin(rules, WEIR_CHUNK_EVENTS);
  of_lines_ = true;
  preset_ = cursor.preset;
  NdjsonReader& reader = reader_of(readers, preset_);
  end_ = 0;
  lines_read_ = cursor.lines;
  state_ = cursor.state;
  while (end_ < text.size() && size() < room_) {
    const std::size_t block_begin = end_;
    find_lines(text, last);
    if (line_ends_.empty()) return read_unfinished(text);
    const std::size_t block_end = std::min(line_ends_.back() + 1, text.size());
    // A line that is too long stands alone in its block, and nobody looks into it.
    if (line_ends_.front() - block_begin <= WEIR_MAX_EVENT_BYTES)
      reader.start(text.substr(block_begin, block_end - block_begin));
    for (const std::size_t line_end : line_ends_) {
      const std::string_view line = text.substr(end_, line_end - end_);
      prefetch(text, block_end + (end_ - block_begin), line.size());
      end_ = std::min(line_end + 1, text.size());
      ++lines_read_;
      const bool tail = state_ == in_long_line;
      state_ = 0;
      if (!tail && !is_blank(line)) read_line(rules, line, reader);
    }
  }
}

// The ends of the next lines: as many as the chunk has room for, and about a block at most.
void Batch::find_lines(std::string_view text, bool last) {
  line_ends_.clear();
  std::size_t from = end_;
  const std::size_t room = room_ - size();
  while (line_ends_.size() < room && from - end_ < block_bytes && from < text.size()) {
    const std::size_t lf = text.find('\n', from);
    if (lf == std::string_view::npos && !last) break;
    const std::size_t end = std::min(lf, text.size());
    const bool long_line = end - from > WEIR_MAX_EVENT_BYTES;
    if (long_line && !line_ends_.empty()) break;
    line_ends_.push_back(end);
    if (long_line) break;
    from = end + 1;
  }
}

// A line whose end has not come yet: it waits for more, unless it is too long already.
void Batch::read_unfinished(std::string_view text) {
  if (state_ != in_long_line) {
    if (text.size() - end_ <= WEIR_MAX_EVENT_BYTES) return;
    lines_.push_back({text.substr(end_), lines_read_ + 1, text.size()});
    reject(too_long);
    state_ = in_long_line;
  }
  end_ = text.size();
}

void Batch::read_line(const Ruleset& rules, std::string_view line, NdjsonReader& reader) {
  lines_.push_back({line, lines_read_, end_});
  if (line.size() > WEIR_MAX_EVENT_BYTES) return reject(too_long);
  std::uint64_t errors = 0;
  const KeyTree& keys = rules.keys[preset_];
  const LineError error = reader.read(line, keys, room_for(keys), memory_, errors);
  take_row(keys);
  if (errors > 0) count_errors(errors);
  if (error.error == JsonError::none) return verdicts_.push_back(Verdict::passed);
  const std::size_t column = count_code_points(line.substr(0, error.offset)) + 1;
  reject(memory_.copy(error.error == JsonError::utf8 || error.offset == 0
                          ? std::string(describe(error.error))
                          : fmt::format("{}, column {}", describe(error.error), column)));
}

void Batch::advance(weir_cursor& cursor, std::size_t events) const noexcept {
  cursor.events += events;
  if (!of_lines_) {
    cursor.consumed += events;
    return;
  }
  if (events < size()) {
    // Up to the line of the last applied event; what follows is read again.
    const Line& last = lines_[events - 1];
    cursor.consumed += last.end;
    cursor.lines = last.number;
    cursor.state = 0;
    return;
  }
  cursor.consumed += end_;
  cursor.lines = lines_read_;
  cursor.state = state_;
}

}  // namespace weir::engine
