// A statistic of one field in one bucket: min, max, avg, first, last, distinct.
//
// avg is of numbers, min and max of a text field go by code point. Where types are as fed min and
// max take numbers before texts; what has no order, and what is no number for avg, is skipped and
// counted. first and last keep one value of any kind; distinct counts values, elements of arrays by
// themselves, exactly up to 65,536. An event costs as much as a sum, a copy, or an entry of a
// unique list. The shard is the lock.
#pragma once

#include <cstdint>

#include "aggregate/block_arena.h"
#include "aggregate/settings.h"
#include "aggregate/shortfalls.h"
#include "base/bump.h"
#include "event/value.h"

namespace weir::aggregate {

struct Bucket;

// Values that `distinct` keeps; what comes beyond is not counted, but that it came is.
constexpr std::uint32_t max_distinct = 65'536;

// State of avg inside a bucket. Zero is nothing yet.
struct Mean {
  double sum;
  std::uint64_t count;
};

// Where a rule's statistic lies in its buckets.
struct StatisticPlace {
  Statistic statistic;
  bool keeps;            // a value in the arena of lists: first, last, and min and max of texts
  bool converts;         // to the type of `into`
  std::uint32_t offset;  // of an int64 or double, a Mean, a KeptValue or a DistinctSet
  std::uint32_t state;   // offset of a SumState, of min and max of numbers
};

// Without its offsets. schema: of the rule.
StatisticPlace place_of(const Statistic& statistic, Schema schema);

// Bytes of the state at `offset`.
std::size_t statistic_size(const StatisticPlace& place) noexcept;

// Arena bytes that adding the value may take at most.
std::size_t statistic_room(const StatisticPlace& place, const Value& value) noexcept;

// REQUIRES: present, statistic_room reserved.
void add_to_statistic(Bucket& bucket, const StatisticPlace& place, const Value& value,
                      std::uint64_t seed, BlockArena& lists, Shortfalls& shortfalls) noexcept;

// Absent if no value came, or if it does not convert to the type of its field. Throws bad_alloc.
Value statistic_value(const Bucket& bucket, const StatisticPlace& place, const BlockArena& lists,
                      Bump& memory);

void clear_statistic(Bucket& bucket, const StatisticPlace& place, BlockArena& lists) noexcept;

}  // namespace weir::aggregate
