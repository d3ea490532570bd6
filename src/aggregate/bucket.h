// The open accumulation of one group.
//
// A bucket is one block: this header, the rule's accumulators where its layout puts them, the key.
// Lists, joined texts and kept values hang off it in the shard's second arena. Adding an event
// costs a few instructions for each sum of integers; see the other accumulators for theirs. The
// shard is the lock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "aggregate/block_arena.h"
#include "aggregate/distinct_entry.h"
#include "aggregate/rule.h"
#include "aggregate/shortfalls.h"
#include "aggregate/sum.h"
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

// Whether a rule with `unique_mode: dedup` takes an event into a bucket.
enum class Admission : std::uint8_t {
  admitted,
  met,   // its combination of unique values was met
  full,  // it was not, but there are unique_limit combinations; counted
};

// combination: the values of the plan's unique fields, as KeyBuffer writes them. REQUIRES: the
// rule dedups.
Admission admit(const Bucket& bucket, const Plan& plan, std::string_view combination,
                const BlockArena& lists, Shortfalls& shortfalls) noexcept;

// As the set of a bucket's combinations has it; seed: of the rule.
HashedEntry combination_entry(std::string_view combination, std::uint64_t seed) noexcept;

// Arena bytes that accumulating the row may take at most, when there is more than sums.
std::size_t more_room(const Plan& plan, const Value* row) noexcept;

// Arena bytes for lists that accumulating the row may take at most.
inline std::size_t list_room(const Plan& plan, const Value* row) noexcept {
  return plan.more_than_sums ? more_room(plan, row) : 0;
}

// Begins to load what accumulating the row will read of the bucket's lists, the bucket being at
// hand. Worth its while some buckets ahead of accumulate().
void prefetch_lists(const Bucket& bucket, const Plan& plan, const Value* row,
                    const BlockArena& lists) noexcept;

// What accumulate() does beside sums of integers.
void accumulate_more(Bucket& bucket, const Plan& plan, const Value* row,
                     std::string_view combination, BlockArena& lists,
                     Shortfalls& shortfalls) noexcept;

// Adds one event. time: its Timestamp, or the clock's, ms. combination: as for admit(), of a rule
// that dedups. REQUIRES: list_room reserved; if the rule dedups, admitted.
inline void accumulate(Bucket& bucket, const Plan& plan, const Value* row, std::int64_t time,
                       std::string_view combination, BlockArena& lists,
                       Shortfalls& shortfalls) noexcept {
  ++bucket.count;
  bucket.start = std::min(bucket.start, time);
  bucket.end = std::max(bucket.end, time);
  for (const Plan::IntegerSum& sum : plan.integer_sums) {
    const Value& value = row[sum.slot];
    if (!value.present()) continue;
    *bucket.at<SumState>(sum.state) = SumState::integer;
    add_integer(*bucket.at<std::int64_t>(sum.offset), value.integer(), shortfalls);
  }
  if (plan.more_than_sums) accumulate_more(bucket, plan, row, combination, lists, shortfalls);
}

// Gives back what clear_lists() gives back, if there may be any.
void clear_some(Bucket& bucket, const Rule& rule, BlockArena& lists) noexcept;

// Gives back the lists.
inline void clear_lists(Bucket& bucket, const Rule& rule, BlockArena& lists) noexcept {
  if (rule.has_lists()) clear_some(bucket, rule, lists);
}

}  // namespace weir::aggregate
