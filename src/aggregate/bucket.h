// The open accumulation of one group.
//
// A bucket is one block: this header, the rule's accumulators where its layout puts them, the key.
// Lists and joined texts hang off it in the shard's second arena.
#pragma once

#include <cstdint>
#include <string_view>

#include "aggregate/block_arena.h"
#include "aggregate/rule.h"
#include "base/bump.h"
#include "base/moment.h"
#include "event/value.h"

namespace weir::aggregate {

struct Bucket {
  std::uint32_t generation;  // first: it outlives the bucket in its block (see BlockArena)
  std::uint32_t count;
  std::uint32_t key_size;
  std::uint32_t hash;     // the tag in the slot table
  Time deadline;          // on the table's own time line, which a corrected clock does not move
  Time opened;            // the clock at opening
  std::uint64_t ordinal;  // events fed before the opening one
  std::int64_t start;     // smallest and largest Timestamp, ms
  std::int64_t end;

  template <class T>
  T* at(std::uint32_t offset) noexcept {
    return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(this) + offset);
  }
  template <class T>
  const T* at(std::uint32_t offset) const noexcept {
    return reinterpret_cast<const T*>(reinterpret_cast<const std::byte*>(this) + offset);
  }
  std::string_view key(const Rule& rule) const noexcept {
    return {at<char>(rule.key_offset()), key_size};
  }
};
static_assert(sizeof(Bucket) == 56);

// What could not be accumulated as asked.
struct Shortfalls {
  std::uint64_t sums_skipped = 0;
  std::uint64_t sums_saturated = 0;
  std::uint64_t joins_cut = 0;
  std::uint64_t uniques_cut = 0;
};

// Arena bytes for lists that accumulating the row may take at most.
std::size_t list_room(const Plan& plan, const Value* row) noexcept;

// Adds one event. time: its Timestamp, or the clock's, ms. REQUIRES: list_room reserved.
void accumulate(Bucket& bucket, const Plan& plan, const Value* row, std::int64_t time,
                BlockArena& lists, Shortfalls& shortfalls) noexcept;

// Whether a rule with `unique_mode: dedup` takes the event into the open bucket.
bool admits(const Bucket& bucket, const Plan& plan, const Value* row, const BlockArena& lists,
            Shortfalls& shortfalls) noexcept;

// Gives back the lists.
void clear_lists(Bucket& bucket, const Rule& rule, BlockArena& lists) noexcept;

}  // namespace weir::aggregate
