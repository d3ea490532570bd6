// The open buckets of an engine: shards in a concurrent hash map, whose accessors are their locks.
//
// An accessor is held for a run of events of one chunk, never for one event: against one accessor
// an event this is several times faster and a hot key does not make two threads slower than one
// (docs/performance.md). Any thread may apply chunks at any time; remove() wants to be alone.
#pragma once

#include <tbb/concurrent_hash_map.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "aggregate/chunk.h"
#include "aggregate/shard.h"

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

  // At most how many buckets are due at a moment.
  std::size_t count_due(Time line) noexcept;
  bool any_due(Time line) const noexcept;

  // Closes the next buckets within the horizon, `batch` of them or up to twice as many, appending
  // them in order. timestamp null: each deadline's. False when nothing was left. Throws bad_alloc
  // if not one could be closed.
  bool close_due(const Horizon& horizon, Reason reason, const std::int64_t* timestamp,
                 std::size_t batch, const Closing& closing);

  // Alone: appends all of the rule's open buckets in order; nothing changes. Throws bad_alloc.
  void collect(const Rule& rule, std::int64_t timestamp, const Closing& closing);
  // Alone.
  void remove(const Rule& rule) noexcept;

  RuleCounters counters(const Rule& rule);
  std::size_t bytes();

 private:
  using Shards = tbb::concurrent_hash_map<std::uint32_t, Shard>;

  // Runs f(shard) with the shard's lock held.
  template <class F>
  auto with(std::size_t shard, F&& f) {
    Shards::accessor accessor;
    shards_.find(accessor, static_cast<std::uint32_t>(shard));
    return f(accessor->second);
  }
  void note_due(std::size_t shard, const Shard& state) noexcept {
    // Written only when it changes: the line is read by every chunk of every thread.
    const std::int64_t due = state.next_due().nanos;
    if (next_due_[shard].load(std::memory_order_relaxed) != due)
      next_due_[shard].store(due, std::memory_order_relaxed);
  }

  Shards shards_;
  // Each shard's next_due(), so that a chunk need not lock the shards where nothing is.
  std::array<std::atomic<std::int64_t>, shards> next_due_;
};

}  // namespace weir::aggregate
