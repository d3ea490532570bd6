// The distinct values of one field in one bucket, in the order in which they first came.
//
// Values stand in a chain of segments, each a run of entries {hash, size, kind, bytes}. Up to
// `scanned` values a look-up walks them all, comparing hashes; beyond, a trie over the hash (four
// children a node, two bits a level) finds one in a few steps. Every insertion allocates at most
// one segment and a bounded number of nodes, so that a chunk can reserve what it will need at most.
// The shard is the lock.
#pragma once

#include <cstdint>

#include "aggregate/block_arena.h"
#include "base/bump.h"
#include "event/value.h"

namespace weir::aggregate {

// Inside a bucket; zero is the empty list.
struct UniqueList {
  BlockArena::Ref first = BlockArena::null;
  BlockArena::Ref last = BlockArena::null;
  BlockArena::Ref trie = BlockArena::null;
  std::uint32_t count = 0;
};

// Arena bytes that adding `value` may take at most.
std::size_t unique_room(const Value& value) noexcept;

enum class Added : std::uint8_t { yes, known, full };

// REQUIRES: unique_room reserved in the arena; value present, not an array.
Added add_unique(UniqueList& list, const Value& value, std::uint32_t limit,
                 BlockArena& arena) noexcept;

// All values, as an array of `kind`. Throws bad_alloc.
Value unique_values(const UniqueList& list, Kind kind, const BlockArena& arena, Bump& bump);

// Gives all memory back.
void clear_unique(UniqueList& list, BlockArena& arena) noexcept;

}  // namespace weir::aggregate
