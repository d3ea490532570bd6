// The sum of one field in one bucket.
//
// Whole numbers stay one, stopping at either end, until a number with a fraction comes; texts that
// are numbers count as such, or are joined. Where types are as fed, a text is never a number, and
// of `join` the first value decides whether the bucket adds numbers up or joins texts. An integer
// costs a few instructions. The shard is the lock.
#pragma once

#include <cstdint>
#include <limits>

#include "aggregate/block_arena.h"
#include "aggregate/settings.h"
#include "aggregate/shortfalls.h"
#include "base/bump.h"
#include "event/schema.h"
#include "event/value.h"

namespace weir::aggregate {

struct Bucket;

enum class SumKind : std::uint8_t {
  integer,
  floating,
  numeric_text,
  joined,
  as_fed,            // numbers of either kind, of an open schema
  as_fed_or_joined,  // likewise, or texts
};

// What a sum of numbers holds; zero is nothing yet.
enum class SumState : std::uint8_t { absent = 0, integer = 1, floating = 2, joined = 3 };

// Where a rule's sum lies in its buckets.
struct Sum {
  FieldId field;
  SumKind kind;
  std::uint32_t offset;  // of an int64 or double; of the JoinedText of `joined`
  std::uint32_t joined;  // offset of the JoinedText of `as_fed_or_joined`
  std::uint32_t state;   // offset of a SumState; all but `joined`
};

SumKind sum_kind(FieldType type, Schema schema, SumStrings strings) noexcept;

// Arena bytes that adding the value may take at most.
std::size_t sum_room(SumKind kind, const Value& value) noexcept;

// REQUIRES: present, of the kind that the sum's field has; sum_room reserved.
void add_to_sum(Bucket& bucket, const Sum& sum, const Value& value, BlockArena& lists,
                Shortfalls& shortfalls) noexcept;

// Absent if nothing came. Throws bad_alloc.
Value sum_value(const Bucket& bucket, const Sum& sum, const BlockArena& lists, Bump& memory);

void clear_sum(Bucket& bucket, const Sum& sum, BlockArena& lists) noexcept;

inline void add_integer(std::int64_t& sum, std::int64_t number, Shortfalls& shortfalls) noexcept {
  if (!__builtin_add_overflow(sum, number, &sum)) return;
  sum = number > 0 ? std::numeric_limits<std::int64_t>::max()
                   : std::numeric_limits<std::int64_t>::min();
  ++shortfalls.sums_saturated;
}

}  // namespace weir::aggregate
