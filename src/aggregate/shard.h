// A share of the open buckets of all rules: those whose keys hash to it.
//
// Each rule has a table here: slots that lead from a key's hash to a bucket, and a log of buckets
// in the order of their opening. Buckets and lists lie in the shard's two arenas. A chunk is
// applied in two steps: reserve() finds out what the items can need at most and may throw; apply()
// cannot fail. What one thread has reserved stays reserved while another applies. Only the event
// that a closing bucket becomes may find no memory: then the bucket stays open and closes at the
// next opportunity. Whoever holds the shard's accessor in the table of shards holds its lock.
//
// shard.cpp opens and fills buckets, shard_closing.cpp closes them, shard_memory.cpp gives memory
// back.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "aggregate/block_arena.h"
#include "aggregate/bucket.h"
#include "aggregate/chunk.h"
#include "aggregate/creation_log.h"
#include "base/slot_table.h"

namespace weir::aggregate {

constexpr Time never{std::numeric_limits<std::int64_t>::max()};
// Later than any event's.
constexpr std::uint64_t no_ordinal = ~std::uint64_t{0};

struct RuleCounters {
  std::uint64_t taken = 0;       // base events
  std::uint64_t out = 0;         // base events in aggregated events
  std::uint64_t lone = 0;        // base events that left as they came
  std::uint64_t refused = 0;     // by `dedup`
  std::uint64_t aggregated = 0;  // aggregated events
  std::uint64_t closed[reasons] = {};
  std::uint64_t open_groups = 0;
  std::uint64_t open_events = 0;
  std::uint64_t open_bytes = 0;
  std::uint64_t late = 0;  // of those taken
  Shortfalls shortfalls;
  Time oldest_opened{};  // the host's clock then; 0: nothing is open
  RuleCounters& operator+=(const RuleCounters& other) noexcept;
};

// What open buckets take.
struct Use {
  std::uint64_t groups = 0;
  std::uint64_t bytes = 0;
  std::uint64_t idle = 0;  // bytes that nothing uses now, beside the former
  bool within(const Bounds& bounds) const noexcept {
    return groups <= bounds.max_groups && bytes <= bounds.max_bytes;
  }
};

// Where a log stands, for closing in order across shards and rules.
struct Due {
  Time deadline;
  std::uint64_t ordinal;
  friend auto operator<=>(const Due&, const Due&) = default;
};

// Which of two buckets opened first: by event, then as rules are tried.
struct Opening {
  std::uint64_t ordinal = no_ordinal;
  std::uint32_t rank = 0;
  bool none() const noexcept { return ordinal == no_ordinal; }
  friend auto operator<=>(const Opening&, const Opening&) = default;
};

// An entry of a log; weight: it and those between it and the sample before.
struct Sample {
  Due due;
  std::size_t weight;
};

// What close_due() may close: buckets due at `line` that opened before the event `ordinal`.
struct Horizon {
  Time line;
  std::uint64_t ordinal = no_ordinal;
};

// What an event of a key would meet, were it applied now.
struct Peek {
  bool open = false;  // there is a bucket; else the rest says nothing
  bool due = false;   // which closes before the event, that opens another
  Admission admission = Admission::admitted;
  std::uint32_t count = 0;
  Time deadline;  // on the table's line
  Time opened;    // as the host's clock was
  Time line;      // at which the event would be applied: not before the last bucket opened
};

struct BucketHead;
class BucketLoader;

class Shard {
 public:
  Shard() = default;
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // Room for what the chunk's items here will need at most. Throws bad_alloc; nothing visible has
  // changed. `need`: out, what has been reserved.
  void reserve(const Chunk& chunk, std::size_t shard, Need& need);
  // Applies a round. REQUIRES: reserve() of the same chunk.
  void apply(Chunk& chunk, std::span<const Item> items) noexcept;
  // What applying the item would meet; nothing changes.
  Peek peek(const Plan& plan, const Item& item, Time line) const noexcept;
  // Takes back a reserve(), when its chunk is applied or will not be.
  void release(const Chunk& chunk, std::size_t shard, const Need& need) noexcept;

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

  // The oldest bucket, of one rule or of all (null).
  Opening oldest(const Rule* rule, std::span<const std::uint32_t> ranks) noexcept;
  // Closes that bucket.
  enum class Evicted : std::uint8_t { none, closed, no_memory };
  Evicted evict_oldest(const Rule* rule, std::int64_t timestamp, const Closing& closing) noexcept;
  // Whether its arenas are frugal from now on.
  void set_frugal(bool frugal) noexcept {
    frugal_ = frugal;
    buckets_.set_frugal(frugal);
    lists_.set_frugal(frugal);
  }
  // Gives back what tables and logs no longer need; not the arenas.
  void trim() noexcept;
  // Blocks serve again for their own size only, so keys and values whose sizes drift leave idle
  // ones behind. Copies the buckets close together and lets the old arena go, if there is memory
  // for it; an arena of lists goes when the shard is empty.
  void compact() noexcept;

  // The events of all of a rule's open buckets; nothing changes. Throws bad_alloc.
  void collect(const Rule& rule, std::int64_t timestamp, const Closing& closing) const;
  // Forgets a rule and its buckets, which collect() has made into events.
  void remove(const Rule& rule) noexcept;

  // Buckets of a snapshot (shard_state.h has their Walk). What the rule has counted so far.
  void set_counters(const std::shared_ptr<const Rule>& rule, const RuleCounters& counters);
  // Opens a bucket, which the loader has come to. If it throws, remove() forgets what is there.
  void load(const std::shared_ptr<const Rule>& rule, const Item& item, const BucketHead& head,
            BucketLoader& loader);
  class Walk;

  // The host's clock when the oldest bucket opened; 0 if there is none.
  Time oldest_opened(const Rule& rule) noexcept;
  void add_counters(std::uint32_t index, RuleCounters& counters) const noexcept;
  Use use() const noexcept { return {groups_, bytes(), buckets_.idle() + lists_.idle()}; }
  std::size_t idle_lists() const noexcept { return lists_.idle(); }
  Use use(const Rule& rule) const noexcept;

 private:
  struct Table {
    std::shared_ptr<const Rule> rule;
    SlotTable<> slots;
    CreationLog log;
    RuleCounters counters;      // open_bytes without slots and log
    std::size_t announced = 0;  // buckets that reserved chunks may open
    Time last_opened{std::numeric_limits<std::int64_t>::min()};  // the log ascends
    std::size_t own_bytes() const noexcept { return slots.bytes() + log.bytes(); }
  };

  // Keeps table_bytes_ right while a table changes its size, also if that throws.
  class Resizing {
   public:
    Resizing(Shard& shard, const Table& table) noexcept
        : shard_(shard), table_(table), before_(table.own_bytes()) {}
    Resizing(const Resizing&) = delete;
    Resizing& operator=(const Resizing&) = delete;
    ~Resizing() { shard_.table_bytes_ += table_.own_bytes() - before_; }

   private:
    Shard& shard_;
    const Table& table_;
    const std::size_t before_;
  };

  Table& table(const std::shared_ptr<const Rule>& rule);
  // A rule's table, by Rule::table(), or null.
  Table* find_table(std::uint32_t index) const noexcept {
    return index < tables_.size() ? tables_[index].get() : nullptr;
  }
  Table& known_table(const Plan& plan) const noexcept { return *tables_[plan.rule->table()]; }
  // Makes room in one table for `count` items more.
  void reserve_table(Table& table, std::size_t count);
  BlockArena::Ref find(const Table& table, const Item& item) const noexcept;
  bool same_key(BlockArena::Ref ref, const Rule& rule, const Item& item) const noexcept;
  // A bucket without events. REQUIRES: room.
  BlockArena::Ref insert(Table& table, const Item& item, Time deadline, Time opened,
                         std::uint64_t ordinal) noexcept;
  // The same, not inlined: for other files.
  BlockArena::Ref insert_loaded(Table& table, const Item& item, Time deadline, Time opened,
                                std::uint64_t ordinal) noexcept;
  BlockArena::Ref open(Table& table, const Item& item, Chunk& chunk, Time line) noexcept;
  void apply_run(Chunk& chunk, std::span<const Item> run) noexcept;
  // False if the rule refuses the event.
  bool apply_one(const Item& item, const Plan& plan, Table& table, BlockArena::Ref guess,
                 Chunk& chunk) noexcept;
  // False if there was no memory for the event: then the bucket is still open.
  bool close(Table& table, BlockArena::Ref ref, Reason reason, std::uint32_t position,
             std::int64_t timestamp, const Closing& closing) noexcept;
  // What a bucket that closes becomes, its event made. Throws bad_alloc.
  Closed make_closed(const Rule& rule, const Bucket& bucket, Reason reason, std::uint32_t position,
                     std::int64_t timestamp, const Closing& closing) const;
  void erase(Table& table, BlockArena::Ref ref) noexcept;
  // Forgets the event that was kept while it was alone, if there is one.
  void drop_lone(Bucket& bucket, const Rule& rule) noexcept;
  void drop_stale_front(Table& table) noexcept;
  Opening oldest(Table& table, std::span<const std::uint32_t> ranks) noexcept;
  // The table with the oldest bucket, of one rule or of all (null), or null.
  Table* oldest_table(const Rule* rule, std::span<const std::uint32_t> ranks) noexcept;
  // Begins to load the first bytes of a bucket, which will be written to.
  void prefetch_bucket(BlockArena::Ref ref, std::size_t bytes) const noexcept {
    const std::byte* const bucket = buckets_.at(ref);
    for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(bucket + at, 1);
  }
  void prefetch_slot(const Table& table, const CreationLog::Entry& entry) const noexcept;
  // What closing the first entries of the log will read, and what lies some way behind.
  void prefetch_first(const Table& table, std::size_t count) const noexcept;
  void prefetch_next(const Table& table) const noexcept;
  static std::size_t count_within(const CreationLog& log, const Horizon& horizon) noexcept;
  bool live(const CreationLog::Entry& entry) const noexcept {
    return buckets_.as<Bucket>(entry.bucket)->generation == entry.generation;
  }
  std::size_t blocks() const noexcept { return buckets_.used() + lists_.used(); }
  std::size_t bytes() const noexcept { return blocks() + table_bytes_; }

  bool frugal_ = false;
  BlockArena buckets_;
  BlockArena lists_;
  std::vector<std::unique_ptr<Table>> tables_;  // by Rule::table
  Need reserved_;                               // by chunks that have not been applied
  std::uint64_t groups_ = 0;
  std::uint64_t table_bytes_ = 0;  // of slots and logs
  std::uint64_t erased_ = 0;       // buckets so far: what was looked up before may be gone
};

}  // namespace weir::aggregate
