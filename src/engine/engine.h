// The engine: filter, aggregate, enrich, hand to the sink.
//
// A call that feeds works in chunks. Each chunk passes the gate together with those of other
// threads, from the reading of its events to the enrichment of its outputs; a reload passes it
// alone. Host filters and enrichers are called inside, so a reload waits for them; sinks are called
// outside. docs/architecture.md walks through it.
#pragma once

#include <atomic>
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
#include "engine/ruleset.h"
#include "engine/worker.h"
#include "weir/weir.h"

namespace weir::engine {

struct Options {
  ClockMode clock = ClockMode::host;
  Duration max_future_skew{3'600'000'000'000};
  std::string instance;
  weir_log_fn log = nullptr;
  void* log_user = nullptr;
};

// Any thread but for the destructor. Functions throw Failure or bad_alloc as their comments say;
// those that feed return ok, stopped or callback_failed.
class Engine {
 public:
  explicit Engine(Options options);
  ~Engine();

  // Rules (reload.cpp). Throw Failure, then nothing has changed.
  void load(std::string_view document);
  std::shared_ptr<CreatedRule> create_rule(std::string_view document, SharedCallbacks callbacks);
  void destroy_rule(const std::shared_ptr<CreatedRule>& rule);
  void set_callback(std::string_view name, SharedCallbacks callbacks);

  // Events (feed.cpp).
  Status feed(const weir_event* events, std::size_t count, Time now, const weir_sink& sink,
              std::uint64_t& consumed);
  Status feed_lines(std::string_view text, Time now, bool last, const weir_sink& sink,
                    weir_cursor& cursor);
  Status advance(Time now, const weir_sink& sink);
  Status flush(const weir_sink& sink);

  void get_stats(weir_stats& stats);
  // False past the last rule.
  bool get_rule_stats(std::uint64_t index, weir_rule_stats& stats);

 private:
  // One chunk (chunk.cpp). Applies the first events of the worker's batch, as many as `count` says
  // in the end; 0 if so much falls due before the first that it has to be closed piece by piece.
  void apply(const std::shared_ptr<const Ruleset>& rules, Worker& worker, Time now,
             std::size_t& count);
  void place_on_line(const Ruleset& rules, Worker& worker, Time now, std::size_t count);
  std::size_t cut(const Worker& worker, std::size_t count);
  void merge_outputs(Worker& worker, std::size_t count) noexcept;
  void add_counts(const Counts& counts);

  // One call (feed.cpp).
  Status begin(Worker& worker, Time now, const weir_sink& sink);
  template <class Read, class Done>
  Status feed_chunks(Worker& worker, Time now, const weir_sink& sink, Read&& read, Done&& done);
  // opened_before: the ordinal of an event; buckets that it or later ones opened stay open.
  Status close_due(Worker& worker, Time line, aggregate::Reason reason, const weir_sink& sink,
                   std::uint64_t opened_before = ~std::uint64_t{0});
  void move_clock(Time now);

  // Outputs (pending.cpp).
  void enrich(Worker& worker, OutputQueue& outputs);
  // Within the gate that the outputs were made in; what finds no memory is enriched when it is
  // offered.
  void enrich_now(Worker& worker, OutputQueue& outputs) noexcept;
  enum class End : std::uint8_t { front, back };
  Status offer(std::list<OutputQueue>& queue, Worker& worker, const weir_sink& sink, End end);
  Status deliver(Worker& worker, const weir_sink& sink);
  Status deliver_pending(Worker& worker, const weir_sink& sink);

  // Rules (reload.cpp). Alone.
  // Returns what was in force, to be let go behind the gate: user data goes with it.
  [[nodiscard]] std::shared_ptr<const Ruleset> replace(Sources sources);
  void check_free(const aggregate::Settings& settings) const;
  void check_free(const enrich::Settings& settings) const;

  void log(std::uint32_t level, std::string_view message) const;

  const Options options_;
  EngineClock clock_;
  aggregate::GroupTable table_;

  Gate gate_;  // guards what follows: shared to read, alone to change
  Sources sources_;
  std::shared_ptr<const Ruleset> rules_;  // never null

  std::atomic<std::uint64_t> ordinal_ = 0;  // events applied

  std::mutex counts_mutex_;
  Counts counts_;
  std::uint64_t steps_back_ = 0;
  aggregate::RuleCounters retired_;  // of rules that are gone

  std::mutex pending_mutex_;
  std::list<OutputQueue> pending_;  // outputs not yet accepted, the oldest first

  WorkerPool workers_;
};

}  // namespace weir::engine
