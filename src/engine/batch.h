// The events of one chunk as rows of values, whatever they came as.
//
// A row holds the wanted fields of one event by slot. Where each wanted field stands among an
// event's fields is found once for a run of events with the same fields in the same order. No
// allocation once the buffers have grown to a chunk.
//
// What was fed is borrowed: the events of the host, or the lines. batch.cpp reads events,
// batch_lines.cpp lines.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "aggregate/fed_event.h"
#include "base/bump.h"
#include "engine/layout.h"
#include "engine/ruleset.h"
#include "engine/whole_reader.h"
#include "event/ndjson_reader.h"
#include "event/record_reader.h"
#include "event/value.h"
#include "event/whole_record_reader.h"
#include "weir/weir.h"

namespace weir::engine {

enum class Verdict : std::uint8_t { rejected, filtered, passed, taken };

// By preset, each made when it is first needed, for what it remembers of the keys that it has met.
using LineReaders = std::deque<NdjsonReader>;
using RecordReaders = std::deque<RecordReader>;

template <class Reader>
Reader& reader_of(std::deque<Reader>& readers, std::uint32_t preset) {
  if (readers.size() <= preset) readers.resize(preset + 1U);
  return readers[preset];
}

// What makes whole events of records and lines.
struct WholeReaders {
  std::deque<WholeRecordReader> records;  // by preset
  WholeReader lines;
};

// Why an event was rejected.
struct Problem {
  std::uint32_t event;
  std::string_view text;  // NUL-terminated
};

class Batch {
 public:
  // Reads events, at most a chunk of them. Throws bad_alloc.
  void read(const Ruleset& rules, const weir_event* events, std::size_t count);

  // Reads records, likewise. Texts borrow from them.
  void read(const Ruleset& rules, const weir_record* records, std::size_t count,
            RecordReaders& readers);

  // Of records, and of lines that a mapping names: makes whole events of those that pass, or of all
  // that could be read. Values of those that pass which cannot be stored are conversion errors,
  // wanted or not, for they are lost. Throws bad_alloc.
  enum class Whose : std::uint8_t { passed, all };
  void make_whole(Whose whose, const LineFormats& formats, WholeReaders& readers);

  // Reads lines until a chunk is full or the text ends; blank ones are skipped. `last`: what
  // follows the last LF is a line. `cursor` as in weir_feed_ndjson: its state is read. The reader
  // is not needed afterwards. Throws bad_alloc.
  void read(const Ruleset& rules, std::string_view text, bool last, const weir_cursor& cursor,
            LineReaders& readers);

  std::size_t size() const noexcept { return verdicts_.size(); }
  std::size_t width() const noexcept { return width_; }
  const Value* rows() const noexcept { return values_.data(); }
  const Value* row(std::size_t event) const noexcept { return values_.data() + event * width_; }

  // Gives the field to those that lack it.
  void fill_absent(Slot slot, const Value& value) noexcept {
    for (std::size_t event = 0; event < size(); ++event)
      if (Value& own = values_[event * width_ + slot]; !own.present()) own = value;
  }

  // What was fed; the fields of a rejected event are not to be trusted.
  aggregate::FedEvent fed(std::size_t event) const noexcept {
    if (lines_.empty()) return {events_[event], {}};
    const Line& line = lines_[event];
    // What is mapped has been made an event if need be. What could not be read goes back as it
    // came.
    if (of_lines_ && (made_.empty() || made_[event].fields == nullptr)) return {{}, line.text};
    const bool rejected = verdicts_[event] == Verdict::rejected;
    return {made_[event], rejected ? line.text : std::string_view()};
  }
  std::uint64_t line_number(std::size_t event) const noexcept {
    return lines_.empty() ? 0 : lines_[event].number;
  }

  // By event: after reading `passed`, or `rejected` with a problem.
  std::vector<Verdict>& verdicts() noexcept { return verdicts_; }
  const std::vector<Verdict>& verdicts() const noexcept { return verdicts_; }
  // By event.
  const std::vector<Problem>& problems() const noexcept { return problems_; }
  std::string_view problem(std::size_t event) const noexcept;
  // Values that were not stored, being of the wrong type: the event of each, ascending.
  const std::vector<std::uint32_t>& conversion_errors() const noexcept {
    return conversion_errors_;
  }

  // Rejects an event that was read. Throws bad_alloc.
  void reject(std::size_t event, std::string_view problem);

  // Where the source stands behind the first `events` events; of lines behind all of them, blank
  // ones at the end included. Events and records are counted as `consumed`.
  void advance(weir_cursor& cursor, std::size_t events) const noexcept;

  Bump& memory() noexcept { return memory_; }

 private:
  struct Line {
    std::string_view text;     // without its LF
    std::uint64_t number = 0;  // in the source
    std::uint64_t end = 0;     // bytes of the source up to the next line
  };

  // For so many events, or as many as a chunk may have.
  void begin(const Ruleset& rules, std::size_t most);
  Value* next_row() noexcept { return values_.data() + size() * width_; }
  // Where the next event's row is read into, with the places that the keys take behind its slots;
  // and puts it where it belongs.
  Value* room_for(const KeyTree& keys);
  void take_row(const KeyTree& keys) noexcept;
  void read_record(const weir_record& record, const Ruleset& rules, RecordReader& reader);
  void read_event(const Ruleset& rules, const weir_event& event);
  void count_errors(std::size_t errors);
  void make_event(std::size_t event, const LineFormats& formats, WholeReaders& readers);
  void find_lines(std::string_view text, bool last);
  void read_unfinished(std::string_view text);
  void read_line(const Ruleset& rules, std::string_view line, NdjsonReader& reader);
  // Adds an event that cannot be read.
  void reject(std::string_view problem);

  std::size_t width_ = 0;
  std::size_t room_ = 0;  // for events, of which a chunk of wide rows has fewer
  std::vector<Value> values_;
  std::vector<Verdict> verdicts_;
  std::vector<Problem> problems_;
  std::vector<std::uint32_t> conversion_errors_;
  bool of_lines_ = false;               // what was read last; else it was events or records
  const weir_event* events_ = nullptr;  // unless it was lines
  std::vector<weir_event> made_;     // of records and mapped lines; those not made have no fields
  std::vector<std::uint32_t> lost_;  // of each that was made: values that could not be stored
  const weir_record* records_ = nullptr;
  std::vector<Line> lines_;   // of records and lines
  std::uint32_t preset_ = 0;  // of the lines
  std::vector<Value> row_;    // of an event while it is read, where that takes places
  Bump memory_;
  std::vector<std::size_t> line_ends_;
  Layouts layouts_;
  std::uint64_t serial_ = 0;  // of the rules that the layouts are for

  // The source behind the last line that was looked at.
  std::uint64_t end_ = 0;
  std::uint64_t lines_read_ = 0;
  std::uint32_t state_ = 0;
};

}  // namespace weir::engine
