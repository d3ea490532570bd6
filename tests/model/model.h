// Weir's aggregation as one would write it with no thought of speed: one event after another,
// ordered maps, every value kept. What the engine is compared with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bucket.h"
#include "rule.h"
#include "value.h"

namespace model {

struct Output {
  // Of an aggregated event; "base" of one that left as it came, "rejected" of one that is none.
  std::string reason;
  std::string text;  // JSON; why it was rejected
  bool operator==(const Output&) const = default;
};

// In an aggregated event, what follows Timestamp has no order that anybody promised: it is sorted
// by name. For comparing.
Output normalised(Output output);

struct Counts {
  std::uint64_t taken = 0, out = 0, aggregated = 0, lone = 0, refused = 0, open_groups = 0,
                open_events = 0, late = 0;
  std::map<std::string, std::uint64_t> closed;  // by reason
};

struct Options {
  bool event_clock = false;
  std::string instance = "test";
  bool lines = false;  // events come as NDJSON, so what passes is the line
};

class Engine {
 public:
  Engine(Document document, Options options)
      : document_(std::move(document)),
        options_(std::move(options)),
        rules_(document_.rules.size()) {
    bounded_ = document_.max_groups != 0;
    for (const Rule& rule : document_.rules) {
      bounded_ = bounded_ || rule.max_groups != 0;
      if (rule.other_fields != "drop") chunk_ = wide_chunk;
    }
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // The events of a chunk where a rule wants all fields of the schema.
  static constexpr std::size_t wide_chunk = 128;

  // One call of the host's: chunks of 512 events, or of those.
  void feed(std::span<const Fields> events, std::int64_t now);
  void advance(std::int64_t now);
  void flush();

  Counts rule_counts(std::size_t rule) const;

  std::vector<Output> outputs;
  std::uint64_t events_in = 0, rejected = 0, filtered = 0, passed = 0, taken = 0, uniques_cut = 0,
                late = 0, future_times = 0;

 private:
  // Rule and the values' names: 1 and 1.0 are one key.
  using Key = std::pair<std::size_t, std::vector<std::optional<Value>>>;
  using Open = std::map<Key, Bucket>;

  void apply(const Fields& event, std::int64_t now);
  // How far the event is behind the clock, in milliseconds, if that is too far.
  std::optional<std::int64_t> lateness(const Row& row) const;
  std::int64_t skew() const { return document_.max_future_skew.value_or(3'600'000'000'000); }
  bool offer_all(const Fields& event, const Row& row, bool is_late);
  bool offer(std::size_t rule, const Fields& event, const Row& row, std::int64_t time);
  void move_host(std::int64_t now);
  void move_by_event(const Row& row, std::int64_t now);
  void close_due();
  void evict();
  void close(Open::iterator at, const std::string& reason, std::int64_t timestamp);
  void pass(const Fields& event);
  Open::iterator first_by_deadline();
  Open::iterator oldest(std::optional<std::size_t> rule);

  Document document_;
  Options options_;
  bool bounded_ = false;
  std::size_t chunk_ = 512;
  std::vector<Counts> rules_;
  std::int64_t clock_ = 0;
  std::uint64_t ordinal_ = 0;
  Open open_;
};

}  // namespace model
