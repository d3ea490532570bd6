// The library's engine as `weir run` uses it: events go in, lines go to the output, rejected lines
// to the rejects. Errors come out as Failure. One thread at a time, but for what says otherwise.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "failure.h"
#include "input/line_blocks.h"
#include "library.h"
#include "output/output.h"
#include "output/rejects.h"
#include "run/clock.h"
#include "run/console.h"
#include "run/event_counts.h"

namespace weir::host {

struct EngineSettings {
  std::string rules;     // the path of the document, for messages
  std::string document;  // what it holds
  std::string instance;
  bool event_clock = false;
  bool warnings = true;  // show those about the document
};

// Where a source of NDJSON stands.
struct NdjsonPosition {
  std::string_view source;  // its name, for rejected lines
  weir_cursor cursor{};
};

class Engine {
 public:
  // Throws Failure(bad_input) when the rules are bad. The references must outlive the engine.
  Engine(const Library& library, const EngineSettings& settings, const Clock& clock, Output& output,
         Rejects& rejects, Console& console);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Lines that one thread reads, and another may feed. Must go before the engine.
  struct DestroyBatch {
    const Library* library = nullptr;
    void operator()(weir_batch* batch) const noexcept { library->destroy_batch(batch, nullptr); }
  };
  using Batch = std::unique_ptr<weir_batch, DestroyBatch>;

  void feed(std::span<const weir_event> events);
  // Returns the bytes consumed. `last`: the bytes end the source.
  std::size_t feed_ndjson(std::string_view bytes, bool last, NdjsonPosition& position);
  // Records of a source, all of them.
  void feed_records(std::span<const weir_record> records, std::string_view source);
  // Any thread.
  Batch make_batch() const;
  // Any thread, several at once with a batch each. The bytes must stay until they are fed. Counts
  // lines from those of the cursor.
  void read(weir_batch& batch, std::string_view bytes, bool last, weir_cursor& cursor) const;
  // Likewise of records, which must stay with all that they point to.
  void read(weir_batch& batch, std::span<const weir_record> records) const;
  // What was read, behind the lines of the position, which stays as it is.
  void feed(weir_batch& batch, const NdjsonPosition& position);
  // A datagram of a capture came at that time, ns. For what is fed from here on, until the arrivals
  // are forgotten: another source has its own.
  void note_arrival(std::int64_t time) noexcept {
    if (event_clock_) arrived_ = std::max(arrived_, time);
  }
  void forget_arrivals() noexcept { arrived_ = 0; }
  std::int64_t arrived() const noexcept { return arrived_; }
  // What would happen to an event, as the library's JSON. `now` of the question is filled in,
  // unless it is there.
  std::string explain(weir_question question);
  // Moves the clock, whatever moves it else, and closes what is due then.
  void move_to(std::int64_t now);
  // Offers what waits to the output, such as what a reload closed, and closes what is due.
  void offer_waiting();
  // Closes what is due. Does nothing with the event clock: only events move that.
  void advance();
  // limit: for events that wait for the network, ns; all of them are answered in the time that
  // their rules give them. Asks whether to pause for what has left, and is false if there is more.
  bool flush(std::int64_t limit, const std::function<bool()>& pause = {});

  // For inputs that can wait themselves: from here on a feed returns when there is room for more
  // events that wait for the network, or when it is told to stop. Lines and batches are fed whole,
  // so they should be no more than at_once() at a time.
  void wait_for_room(bool wait) noexcept { waits_ = wait; }
  // How many events there is room for behind such a feed. Any thread.
  std::size_t at_once() const noexcept {
    return waits_ ? at_once_.load(std::memory_order_relaxed) : kAllLines;
  }
  // The same for who would not wait: 0 while there is no room.
  std::size_t room() const { return has_room() ? at_once_.load() : 0; }

  // Everything that the engine holds, as bytes, and back into one that was fed nothing yet. Throw
  // Failure(runtime).
  std::string snapshot() const;
  void restore(std::string_view bytes);
  // Another document, as the first; the settings' instance and clock stay what they were. Throws
  // Failure(bad_input), and then the one before is in force.
  void reload(const EngineSettings& settings) { load(settings); }
  // As weir_get_metrics has them. Any thread.
  std::string metrics() const;

  weir_stats stats() const;
  EventCounts counts() const;
  std::vector<weir_rule_stats> rule_stats() const;
  std::vector<weir_enrichment_stats> enrichment_stats() const;
  std::uint64_t lines_out() const noexcept { return lines_out_; }
  // As many have gone out before.
  void resume(std::uint64_t lines_out) noexcept { lines_out_ = lines_out; }
  // Events that the library has rejected so far.
  std::uint64_t rejected() const noexcept { return rejects_.count(); }

 private:
  struct Destroy {
    const Library* library;
    void operator()(weir_engine* engine) const noexcept {
      library->destroy_engine(engine, nullptr);
    }
  };
  static void accept(void* user, const weir_output* output, std::int32_t* answer);
  static void log(void* user, std::uint32_t level, const char* message, std::uint64_t size);
  void load(const EngineSettings& settings);
  // With the event clock it bounds how far events may lead. A capture says when its packets came,
  // which is later than this machine's time where its clock is behind: then it does not matter.
  std::int64_t now() const noexcept { return std::max(clock_.now(), arrived_); }
  void check(std::int32_t status, const weir_error& error) const;
  void find_asking();
  std::optional<weir_enrichment_stats> enrichment_stats(std::uint64_t place) const;
  bool has_room() const;
  void make_room();
  weir_sink sink() noexcept;

  const Library& library_;
  const Clock& clock_;
  Output& output_;
  Rejects& rejects_;
  Console& console_;
  bool event_clock_;
  std::int64_t arrived_ = 0;
  bool loading_ = false;
  bool warned_ = false;  // while the document was loaded
  std::atomic<bool> waits_ = false;
  std::vector<std::uint64_t> asking_;             // places of rules that ask over the network
  std::atomic<std::size_t> at_once_ = kAllLines;  // less, if there are any
  std::unique_ptr<weir_engine, Destroy> engine_;
  std::string_view source_ = "events";
  std::uint64_t lines_out_ = 0;
  const std::function<bool()>* pause_ = nullptr;  // of a flush
};

}  // namespace weir::host
