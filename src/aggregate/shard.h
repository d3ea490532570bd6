// A share of the open buckets of all rules: those whose keys hash to it.
//
// Each rule has a table here: slots that lead from a key's hash to a bucket, and a log of buckets
// in the order of their opening. Buckets and lists lie in the shard's two arenas. A chunk is
// applied in two steps: reserve() finds out what the items can need at most and may throw; apply()
// cannot fail. What one thread has reserved stays reserved while another applies. Only the event
// that a closing bucket becomes may find no memory: then the bucket stays open and closes at the
// next opportunity. Whoever holds the shard's accessor in the table of shards holds its lock.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "aggregate/block_arena.h"
#include "aggregate/bucket.h"
#include "aggregate/chunk.h"
#include "aggregate/creation_log.h"
#include "aggregate/slot_table.h"

namespace weir::aggregate {

constexpr Time never{std::numeric_limits<std::int64_t>::max()};

struct RuleCounters {
  std::uint64_t taken = 0;       // base events
  std::uint64_t out = 0;         // base events in aggregated events
  std::uint64_t aggregated = 0;  // aggregated events
  std::uint64_t closed[reasons] = {};
  std::uint64_t open_groups = 0;
  std::uint64_t open_events = 0;
  RuleCounters& operator+=(const RuleCounters& other) noexcept;
};

// Where a log stands, for closing in order across shards and rules.
struct Due {
  Time deadline;
  std::uint64_t ordinal;
  friend auto operator<=>(const Due&, const Due&) = default;
};

// An entry of a log, and how many entries it and those before it are since the sample before.
struct Sample {
  Due due;
  std::size_t weight;
};

// What is to be closed: buckets that are due at `line` and that events before `ordinal` opened.
struct Horizon {
  Time line;
  std::uint64_t ordinal = ~std::uint64_t{0};
};

class Shard {
 public:
  Shard() = default;
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // Room for what the items will need at most. Throws bad_alloc; nothing visible has changed.
  // `need`: out, what has been reserved.
  void reserve(const Chunk& chunk, std::span<const Item> items, Need& need);
  // REQUIRES: reserve() of the same items.
  void apply(Chunk& chunk, std::span<const Item> items, const Need& need) noexcept;
  // Takes back a reserve() whose chunk will not be applied.
  void release(const Chunk& chunk, std::span<const Item> items, const Need& need) noexcept;

  // Closes what is due at the last moment of the chunk, placing each where it fell due.
  void expire(Chunk& chunk) noexcept;

  // The earliest deadline in the logs, or `never`. May name a bucket that closed early.
  Time next_due() const noexcept;
  // Entries of the logs that are due, at most: some may be stale.
  std::size_t count_due(Time line) const noexcept;
  // Appends, for each log with something within the horizon, its entries at the depths 1, 2, 4 … up
  // to `deepest`, and its last one.
  void sample_due(const Horizon& horizon, std::size_t deepest, std::vector<Sample>& samples) const;
  // Closes, with `reason`, what comes at or before `until` within the horizon; timestamp null: the
  // deadline's. False if an event found no memory: the rest is still open.
  bool close_until(const Due& until, const Horizon& horizon, Reason reason,
                   const std::int64_t* timestamp, const Closing& closing) noexcept;

  // The events of all of a rule's open buckets; nothing changes. Throws bad_alloc.
  void collect(const Rule& rule, std::int64_t timestamp, const Closing& closing) const;
  // Forgets a rule and its buckets, which collect() has made into events.
  void remove(const Rule& rule) noexcept;

  void add_counters(std::uint32_t table, RuleCounters& counters) const noexcept;
  std::size_t bytes() const noexcept;

 private:
  struct Table {
    std::shared_ptr<const Rule> rule;
    SlotTable slots;
    CreationLog log;
    RuleCounters counters;
    std::size_t announced = 0;  // buckets that reserved chunks may open
    std::size_t asked = 0;      // those of the chunk that is being reserved
    Time last_opened{std::numeric_limits<std::int64_t>::min()};  // the log ascends
  };

  Table& table(const Plan& plan);
  Table& table(const Item& item, const Chunk& chunk) const noexcept {
    return *tables_[chunk.plans[item.plan].rule->table()];
  }
  BlockArena::Ref find(const Table& table, const Item& item) const noexcept;
  BlockArena::Ref open(Table& table, const Item& item, Chunk& chunk, Time line) noexcept;
  void apply_one(const Item& item, Chunk& chunk) noexcept;
  // False if there was no memory for the event: then the bucket is still open.
  bool close(Table& table, BlockArena::Ref ref, Reason reason, std::uint32_t position,
             std::int64_t timestamp, const Closing& closing) noexcept;
  void erase(Table& table, BlockArena::Ref ref) noexcept;
  static std::size_t count_within(const CreationLog& log, const Horizon& horizon) noexcept;
  bool live(const CreationLog::Entry& entry) const noexcept {
    return buckets_.as<Bucket>(entry.bucket)->generation == entry.generation;
  }

  BlockArena buckets_;
  BlockArena lists_;
  std::vector<std::unique_ptr<Table>> tables_;  // by Rule::table
  Need reserved_;                               // by chunks that have not been applied
};

}  // namespace weir::aggregate
