// The values of the fields that no list of a rule names, as `other_fields` asks: the first or last
// that came, or those that were the same in every base event.
//
// Entries {field, kind, size, bytes} lie one behind the other in a chain of segments: the first
// event opens one of the size that it needs, a later one appends at most one. A newer value of
// `last` takes the place of the older if it fits; else the place is lost, and the new one has half
// as much again as it needs, so that what is lost stays below what is used. Every event costs a
// look at each of the rule's other fields in its row, and a copy of what is new. The shard is the
// lock.
#pragma once

#include <cstdint>
#include <span>

#include "aggregate/block_arena.h"
#include "aggregate/settings.h"
#include "base/bump.h"
#include "event/slots.h"
#include "event/value.h"

namespace weir::aggregate {

// Inside a bucket; zero is none.
struct OtherValues {
  BlockArena::Ref first = BlockArena::null;
  BlockArena::Ref last = BlockArena::null;
};

// A value of the `index`th other field of the rule.
struct OtherValue {
  std::uint32_t index;
  Value value;
};

// Arena bytes that an event may take at most. slots: of the rule's other fields.
std::size_t other_room(std::span<const Slot> slots, const Value* row) noexcept;

// REQUIRES: other_room reserved; keeping is not drop. opening: the bucket's first event.
void add_others(OtherValues& values, OtherFields keeping, bool opening, std::span<const Slot> slots,
                const Value* row, BlockArena& arena) noexcept;

// In the order of the fields, in `memory`. Throws bad_alloc.
std::span<const OtherValue> other_values(const OtherValues& values, const BlockArena& arena,
                                         Bump& memory);

void clear_others(OtherValues& values, BlockArena& arena) noexcept;

}  // namespace weir::aggregate
