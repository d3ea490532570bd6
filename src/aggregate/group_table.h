// The open buckets of an engine: shards in a concurrent hash map, whose accessors are their locks.
//
// An accessor is held for a run of events of one chunk, never for one event: against one accessor
// an event this is several times faster and a hot key does not make two threads slower than one
// (docs/performance.md). Any thread may apply chunks at any time; what changes the rules wants to
// be alone.
#pragma once

#include <tbb/concurrent_hash_map.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "aggregate/chunk.h"
#include "aggregate/shard.h"
#include "event/state.h"

namespace weir::aggregate {

class GroupTable {
 public:
  GroupTable();

  // Makes room for the chunk's items in every shard. Throws bad_alloc, nothing changed.
  void reserve(Chunk& chunk);
  // Takes the reservation in the first `count` shards back.
  void release(const Chunk& chunk, std::size_t count = shards) noexcept;
  // REQUIRES: reserve(). Applies the items, then closes what fell due during the chunk. The closed
  // buckets are in the order of outputs.
  void apply(Chunk& chunk) noexcept;

  // What applying the item at `line` would meet. Nothing changes.
  Peek peek(const Plan& plan, const Item& item, Time line);

  // At most how many buckets are due at a moment.
  std::size_t count_due(Time line) noexcept;
  bool any_due(Time line) const noexcept;

  // Closes the next buckets within the horizon, `batch` of them or up to twice as many, appending
  // them in order. timestamp null: each deadline's. False when nothing was left. Throws bad_alloc
  // if not one could be closed.
  bool close_due(const Horizon& horizon, Reason reason, const std::int64_t* timestamp,
                 std::size_t batch, const Closing& closing);

  // Alone: the bounds of all rules together, and those of the rules that have bounds of their own.
  // 0 in them is no bound. Throws bad_alloc, nothing changed.
  void set_bounds(const Bounds& bounds, std::span<const std::shared_ptr<const Rule>> rules);
  // Bytes that are taken beside the buckets and count with them towards the bound of all rules. Any
  // thread.
  void set_beside(std::uint64_t bytes) noexcept;
  // Whether open buckets take more than they may, or memory lies idle that should go back.
  bool over_bounds() const noexcept;
  // Gives memory back and closes the oldest until that is good, at most `batch`, appending them as
  // they opened. False when it has done what it can. Throws bad_alloc if there was memory for not
  // one event.
  bool evict(std::int64_t timestamp, std::size_t batch, const Closing& closing);

  // Alone: appends all of the rule's open buckets in order; nothing changes. Throws bad_alloc.
  void collect(const Rule& rule, std::int64_t timestamp, const Closing& closing);
  // Alone.
  void remove(const Rule& rule) noexcept;

  // Alone: the rule's open buckets in the order in which they opened (bucket_state.h); nothing
  // changes. between: called after each bucket; it may take the writer's bytes away, so that there
  // need not be memory for all of them, but must not use the table. Throws bad_alloc, and what
  // `between` throws.
  void save(const Rule& rule, StateWriter& out, const std::function<void()>& between = {});
  // Alone: opens the buckets that save() wrote, and makes the counters the rule's, but for its
  // gauges. horizon: the clock's line, and the ordinal of the next event; no bucket can have opened
  // behind it. REQUIRES: the rule has no open buckets, and has counted nothing. Throws
  // Failure(invalid_snapshot) or bad_alloc; then remove() is to be called.
  void load(const std::shared_ptr<const Rule>& rule, const RuleCounters& counters, StateReader& in,
            const Horizon& horizon = {latest});

  RuleCounters counters(const Rule& rule);
  Use use() const noexcept { return all_.total(); }

 private:
  using Shards = tbb::concurrent_hash_map<std::uint32_t, Shard>;

  // What is open, by shard, under a bound. Written under the shard's lock, read by anyone.
  struct Bounded {
    Bounds bounds{~std::uint64_t{0}, ~std::uint64_t{0}};
    const Rule* rule = nullptr;  // null: all rules
    std::atomic<std::uint64_t> beside{0};
    std::array<std::atomic<std::uint64_t>, shards> groups{};
    std::array<std::atomic<std::uint64_t>, shards> bytes{};
    std::array<std::atomic<std::uint64_t>, shards> idle{};
    void set(std::size_t shard, const Use& use) noexcept;
    Use total() const noexcept;
    bool over() const noexcept { return !total().within(bounds); }
    // What is idle and what is not may be a sixteenth more than the bound allows.
    bool wastes(const Use& use) const noexcept {
      return use.idle > enough() && use.bytes + use.idle > bounds.max_bytes + 2 * enough();
    }
    // So much idle memory is left alone.
    std::uint64_t enough() const noexcept { return bounds.max_bytes / 32; }
  };

  // Runs f(shard) with the shard's lock held.
  template <class F>
  auto with(std::size_t shard, F&& f) {
    Shards::accessor accessor;
    shards_.find(accessor, static_cast<std::uint32_t>(shard));
    return f(accessor->second);
  }
  // Publishes what changed in a shard. Its lock is held.
  void note(std::size_t shard, const Shard& state) noexcept;
  // Gives back the idle memory of shards that have much of it. What lies idle in lists goes only
  // with the shard's last bucket: those close, which are appended, up to `last`.
  void give_back(std::int64_t timestamp, std::size_t last, const Closing& closing);
  // False if there was no memory for an event.
  bool evict(const Bounded& bounded, std::int64_t timestamp, std::size_t last,
             const Closing& closing);

  Shards shards_;
  // Each shard's next_due(), so that a chunk need not lock the shards where nothing is.
  std::array<std::atomic<std::int64_t>, shards> next_due_;
  Bounded all_;
  std::vector<std::unique_ptr<Bounded>> own_;  // of rules with bounds of their own
};

}  // namespace weir::aggregate
