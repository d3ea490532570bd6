// The distinct values of one field in one bucket, in the order in which they first came.
//
// Equal numbers are one value, whichever kind they came as: 1 and 1.0, 0.0 and -0.0. A text is no
// number, true is not 1. Costs are those of the distinct set below. The shard is the lock.
#pragma once

#include <cstdint>

#include "aggregate/distinct_set.h"
#include "base/bump.h"
#include "event/schema.h"
#include "event/value.h"

namespace weir::aggregate {

using UniqueList = DistinctSet;

std::size_t array_unique_room(const Value& array, std::uint32_t limit) noexcept;

// Arena bytes that adding `value`, or the elements of an array, may take at most.
inline std::size_t unique_room(const Value& value, std::uint32_t limit) noexcept {
  if (value.kind == Kind::text) return distinct_room(value.size);
  return value.kind <= Kind::boolean ? usual_room : array_unique_room(value, limit);
}

// Adds a present value, or an array's elements (empty texts are none). Returns how many were left
// out because the list has `limit` values. REQUIRES: unique_room reserved in the arena.
// seed: the same for the life of the list; nobody outside should know it.
std::uint32_t add_unique(UniqueList& list, const Value& value, std::uint32_t limit,
                         std::uint64_t seed, BlockArena& arena) noexcept;

// What an entry of a list stands for; a text is borrowed.
Value value_in(const DistinctEntry& entry) noexcept;

// Begins to load what adding the value will read.
void prefetch_unique(const UniqueList& list, const Value& value, std::uint64_t seed,
                     const BlockArena& arena) noexcept;

// All values, as an array for a field whose values are of the type `element`; absent if there are
// none. Of `any`: integers if all are; floats if all are numbers; else texts, numbers in decimal,
// booleans as true and false. Throws bad_alloc.
Value unique_values(const UniqueList& list, FieldType element, const BlockArena& arena, Bump& bump);

// All values as one text, with commas between. Throws bad_alloc.
Value unique_text(const UniqueList& list, const BlockArena& arena, Bump& bump);

}  // namespace weir::aggregate
