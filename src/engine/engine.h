// The engine: filter, aggregate, enrich, hand to the sink.
//
// A call that feeds works in chunks. Each chunk passes the gate together with those of other
// threads, from the reading of its events to the enrichment of its outputs; a reload passes it
// alone. Host filters and enrichers are called inside, so a reload waits for them; sinks are called
// outside. docs/architecture.md walks through it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "aggregate/group_table.h"
#include "base/error.h"
#include "base/gate.h"
#include "engine/clock.h"
#include "engine/held.h"
#include "engine/lines.h"
#include "engine/ruleset.h"
#include "engine/worker.h"
#include "lookup/import.h"
#include "weir/weir.h"

namespace weir::engine {

struct Options {
  ClockMode clock = ClockMode::host;
  Duration max_future_skew{3'600'000'000'000};
  aggregate::Bounds bounds;  // 0: none stated
  std::string instance;
  weir_log_fn log = nullptr;
  void* log_user = nullptr;
  std::string directory;  // where paths in documents start
};

struct LateExplanation;

// What is stated, of both the smaller; by default a million groups and 1 GiB.
aggregate::Bounds bounds_of(const aggregate::Bounds& option, const aggregate::Bounds& document);
// How many of those bytes held events may take.
std::uint64_t held_limit(const aggregate::Bounds& bounds) noexcept;

// Any thread but for the destructor. Functions throw Failure or bad_alloc as their comments say;
// those that feed return ok, stopped or callback_failed.
class Engine {
 public:
  // What a call that feeds was given, but for the events.
  struct Feeding {
    Time now;
    const weir_sink& sink;
    std::uint64_t lines_before = 0;  // added to the numbers of rejected lines
  };

  explicit Engine(Options options);
  ~Engine();

  // Rules (reload.cpp). Throw Failure, then nothing has changed.
  void load(std::string_view document);
  std::shared_ptr<CreatedRule> create_rule(std::string_view document, SharedCallbacks callbacks);
  void destroy_rule(const std::shared_ptr<CreatedRule>& rule);
  void set_callback(std::string_view name, SharedCallbacks callbacks);

  // Lookups (tables.cpp). Likewise.
  struct TableRows {
    lookup::Kind kind;
    std::string_view name;  // or id
    lookup::Format format;
    std::string_view text;
  };
  void set_table(const TableRows& rows);
  void update_table(const TableRows& rows);
  void erase_from_table(const TableRows& keys);

  // Events (feed.cpp).
  Status feed(const weir_event* events, std::size_t count, Time now, const weir_sink& sink,
              std::uint64_t& consumed);
  Status feed_lines(std::string_view text, Time now, bool last, const weir_sink& sink,
                    weir_cursor& cursor);
  Status feed_records(std::span<const weir_record> records, Time now, const weir_sink& sink,
                      std::uint64_t& consumed);
  // The portions of a batch (lines.h).
  void read_lines(Lines& lines, std::string_view text, bool last, weir_cursor& cursor);
  void read_records(Lines& lines, std::span<const weir_record> records);
  Status feed_batch(Lines& lines, const Feeding& feeding);
  Status advance(Time now, const weir_sink& sink);
  // limit: how long to wait for held events.
  Status flush(Duration limit, const weir_sink& sink);

  // State (snapshot.cpp, restore.cpp). A snapshot leaves through `write`, piece by piece, behind
  // the gate.
  void snapshot(const std::function<void(std::string_view)>& write);
  // Throws Failure, then nothing has changed: invalid_snapshot; invalid_argument if the engine was
  // fed or its clock was moved. REQUIRES: nobody else calls.
  void restore(std::string_view bytes);

  // What would happen to one event, as JSON (explain.cpp). REQUIRES exactly one form of it.
  struct Question {
    const weir_event* event = nullptr;
    const weir_record* record = nullptr;
    std::string_view line;
    std::uint32_t preset = 0;  // of the line
    Time now;                  // 0: the clock as it stands
  };
  std::string explain(const Question& question);

  void get_stats(weir_stats& stats);
  // False past the last rule.
  bool get_rule_stats(std::uint64_t index, weir_rule_stats& stats);
  bool get_enrichment_stats(std::uint64_t index, weir_enrichment_stats& stats);
  // In the text format of Prometheus (metrics.cpp).
  std::string metrics();

 private:
  // One chunk (chunk.cpp): events of a portion.
  struct Range {
    std::size_t begin, end;
  };
  // Applies what is left of a portion, or as much as may be applied at once: none if so much falls
  // due before the first event that it has to be closed piece by piece. Throws bad_alloc, nothing
  // applied.
  Range apply(const Ruleset& rules, Worker& worker, const Feeding& feeding, Portion& portion);
  void place_on_line(const Ruleset& rules, Worker& worker, Time now, const Batch& batch,
                     Range range);
  Range cut(const Worker& worker, Range range);
  // Late events (lateness.cpp): marks and counts them; and takes them away from the rules, so that
  // they pass or are rejected. Throws bad_alloc, nothing applied.
  // `shift` leads from the line to the host's time.
  void find_late(const Ruleset& rules, Worker& worker, const Batch& batch, Duration shift,
                 Range range);
  void strike_late(const Ruleset& rules, Worker& worker, Portion& portion, Duration shift,
                   Range range);
  // Gives a portion that has been read to the rules.
  void select(const Ruleset& rules, Worker& worker, Time now, Portion& portion);
  void prepare(const Ruleset& rules, Worker& worker, const Portion& portion, Duration shift,
               Range range);
  // Makes room for what applying puts out. Throws bad_alloc.
  void reserve_outputs(Worker& worker, const Batch& batch, Range range);
  void count(Worker& worker, Portion& portion, Range range);
  void merge_outputs(Worker& worker, const Batch& batch, Range range,
                     std::uint64_t lines_before) noexcept;
  void add_counts(const Counts& counts);

  // Statistics (engine.cpp). Behind the gate.
  void fill_stats(weir_stats& stats);
  void fill_rule_stats(const aggregate::Rule& rule, weir_rule_stats& stats);
  void fill_enrichment_stats(const Enricher& enricher, weir_enrichment_stats& stats) const;

  using Moment = std::chrono::steady_clock::time_point;

  // One call (feed.cpp).
  Status begin(Worker& worker, const Feeding& feeding);
  template <class Source>
  Status feed_chunks(Worker& worker, const Feeding& feeding, Source&& source);
  template <class Read>
  Status feed_each(Time now, const weir_sink& sink, std::uint64_t& consumed, Read&& read);
  // How many buckets close between two offers to the sink, or twice as many: those of so many
  // bytes, and no more than that.
  struct Some {
    std::uint64_t bytes;
    std::size_t most = 4096;
  };
  template <class Close>
  Status close_some(Worker& worker, const weir_sink& sink, Some some, Close&& close);
  struct LineSource;
  template <class Read, class Applied>
  struct DirectSource;
  template <class Read, class Applied>
  DirectSource<Read, Applied> direct(Worker& worker, Time now, Read read, Applied moved);
  void read_ahead(Lines& lines, weir_cursor& end);
  // Reads the next part; false at the end of the text. now: of the call that feeds it, or 0 if it
  // is read ahead. The gate is held.
  bool read_part(const Ruleset& rules, Worker& worker, Time now, Lines& lines, weir_cursor& cursor);
  // Closes the oldest buckets while they are too many or too large.
  Status evict(Worker& worker, const weir_sink& sink);
  Status close_due_some(Worker& worker, const aggregate::Horizon& horizon, aggregate::Reason reason,
                        Some some, const weir_sink& sink, bool& more);
  // What is due at a time, by its lifetime.
  Status close_due(Worker& worker, Time line, const weir_sink& sink);
  // For a flush, which may take until then: waits where there is no room for events that wait for
  // answers.
  Status close_all(Worker& worker, const aggregate::Horizon& horizon, aggregate::Reason reason,
                   Moment until, const weir_sink& sink);
  void move_clock(Time now);

  // A question (explain.cpp).
  void read(const Ruleset& rules, Worker& worker, const Question& question);
  aggregate::Clock clock_of(const Ruleset& rules, Worker& worker, Time now);
  std::optional<LateExplanation> explain_late(const Ruleset& rules, Worker& worker,
                                              Portion& portion, aggregate::Clock clock);

  // Outputs (pending.cpp).
  void enrich(Worker& worker, OutputQueue& outputs);
  // Within the gate that the outputs were made in; what finds no memory is enriched when it is
  // offered.
  void enrich_now(Worker& worker, OutputQueue& outputs) noexcept;
  enum class End : std::uint8_t { front, back };
  Status offer(std::list<OutputQueue>& queue, Worker& worker, const weir_sink& sink, End end);
  Status deliver(Worker& worker, const weir_sink& sink);
  Status deliver_pending(Worker& worker, const weir_sink& sink);

  // Held events (answered.cpp). Those whose answers have come go on through the rules behind the
  // one that asked.
  Status deliver_answered(Worker& worker, const weir_sink& sink);
  static Moment moment_after(Duration span);
  // What is answered, until it is enough or the time is over.
  Status deliver_until(Worker& worker, Moment until, const weir_sink& sink,
                       const std::function<bool()>& enough);
  // All of them; what has no answer then goes on without.
  Status wait_for_answers(Worker& worker, Moment until, const weir_sink& sink);
  // For how many more events rules could ask in time; those that ask nobody could for any number.
  // 0 until there is room for half of what they may hold: buckets do not close one by one.
  std::uint64_t room();
  Status give_up_answers(Worker& worker, const weir_sink& sink);
  bool has_answers(const Ruleset& rules) const noexcept;
  bool take_answered(const Ruleset& rules, OutputQueue& outputs);
  void collect_answers(const Ruleset& rules);
  void note(std::string_view message) noexcept;
  void log_notes();

  // State. Alone.
  class Saving;
  class Restoring;
  bool is_fresh();

  void load_good(std::string_view document);
  // Rules (reload.cpp). Alone.
  // Returns what was in force, to be let go behind the gate: user data goes with it.
  [[nodiscard]] std::shared_ptr<const Ruleset> replace(Sources sources);
  // Of lookups. Alone.
  bool rows_in_place(const TableRows& rows, lookup::Table& made);
  bool note_host(const TableRows& rows);
  template <class Change>
  void change_table(const TableRows& rows, Change change);
  void check_free(const aggregate::Settings& settings) const;
  void check_free(const enrich::Settings& settings) const;

  void log(std::uint32_t level, std::string_view message) const;

  // What of enrichment rules lasts (lasting.cpp): of those that stay what there is, of others
  // something new.
  Lasting lasting_of(const Sources& sources);
  // Of rules that are gone: their events come back without an answer.
  void let_go(const Lasting& before, const Lasting& now) noexcept;

  const Options options_;
  EngineClock clock_;
  aggregate::GroupTable table_;

  // Of held events; clients, which the rules have, use it from threads of their own.
  enrich::Bell bell_;
  std::mutex notes_mutex_;
  std::atomic<bool> noted_ = false;
  std::vector<std::string> notes_;  // for the log
  HeldEvents held_{bell_};
  std::mutex answers_mutex_;
  std::vector<enrich::Exchange::Answer> answers_;  // to held events,
  std::size_t answered_ = 0;                       // of which so many have gone on
  std::atomic<bool> left_over_ = false;            // not all have

  Gate gate_;  // guards what follows: shared to read, alone to change
  std::vector<std::shared_ptr<enrich::Client>> leaving_;  // gone, with answers to collect
  Sources sources_;
  std::shared_ptr<const Ruleset> rules_;  // never null
  std::uint64_t version_ = 1;             // of rules and lookups: another whenever one has changed

  std::atomic<std::uint64_t> ordinal_ = 0;  // events applied

  std::mutex counts_mutex_;
  Counts counts_;
  std::uint64_t steps_back_ = 0;
  // Of documents, and what they did to the aggregation rules before them.
  struct Loads {
    std::uint64_t taken = 0, refused = 0;
    std::uint64_t kept = 0, added = 0, changed = 0, removed = 0;
  };
  Loads loads_;
  aggregate::RuleCounters retired_;  // of rules that are gone

  std::mutex pending_mutex_;
  std::list<OutputQueue> pending_;  // outputs not yet accepted, the oldest first

  WorkerPool workers_;
};

}  // namespace weir::engine
