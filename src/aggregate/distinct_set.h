// Byte strings of a bucket, each once, in the order in which they first came.
//
// The first few, up to 16 in 192 bytes, lie in one block, the head, behind a byte of each one's
// hash: a look-up compares those sixteen at a time and reads an entry only where one is equal. What
// comes later lies in a chain of segments, and pages of nodes find it: a node has room for twelve
// entries and leads on to a page of its own when it is full; bits of the hash choose a node in
// each. Adding takes at most one head or segment and one page, so that a chunk can reserve what it
// will need at most. Nothing is ever moved but the entries of a head that grows.
//
// A look-up touches the head, and with more than a head's worth of values one node a level: 96
// values on the first, 384 on the second, four times as many on each one below. The shard is the
// lock.
#pragma once

#include <cstdint>

#include "aggregate/block_arena.h"
#include "aggregate/distinct_entry.h"

namespace weir::aggregate {

// Inside a bucket; zero is the empty set.
struct DistinctSet {
  BlockArena::Ref head = BlockArena::null;
  BlockArena::Ref last = BlockArena::null;  // segment; each leads to the next, it to the first
  BlockArena::Ref page = BlockArena::null;
  std::uint32_t count = 0;
  std::uint16_t left = 0;       // bytes free in the last segment, or in the head if there is none
  std::uint8_t head_class = 0;  // 0: no head
  std::uint8_t head_count = 0;
};
static_assert(sizeof(DistinctSet) == 20);

enum class Added : std::uint8_t { yes, known, full };

// Arena bytes that adding one string may take at most, if it is longer than usual.
std::size_t long_room(std::size_t bytes) noexcept;
constexpr std::size_t usual_bytes = 236;
constexpr std::size_t usual_room = 768;
// Likewise of any length.
inline std::size_t distinct_room(std::size_t bytes) noexcept {
  return bytes <= usual_bytes ? usual_room : long_room(bytes);
}
// Likewise of `count` strings of `bytes` bytes in all, to a set that is to have `limit` at most.
std::size_t distinct_room(std::size_t count, std::size_t bytes, std::uint32_t limit) noexcept;

bool contains(const DistinctSet& set, const HashedEntry& entry, const BlockArena& arena) noexcept;

// Adds it unless it is there or `limit` others are. REQUIRES: distinct_room reserved in the arena.
Added add(DistinctSet& set, const HashedEntry& entry, std::uint32_t limit,
          BlockArena& arena) noexcept;

// Begins to load what a look-up of that hash will read. Reads nothing but the set itself.
void prefetch(const DistinctSet& set, std::uint64_t hash, const BlockArena& arena) noexcept;

// Gives all memory back.
void clear(DistinctSet& set, BlockArena& arena) noexcept;

// Walks a set in order: while (walk.next(entry)) ….
class DistinctWalk {
 public:
  DistinctWalk(const DistinctSet& set, const BlockArena& arena) noexcept;
  bool next(DistinctEntry& entry) noexcept;

 private:
  void enter(BlockArena::Ref segment) noexcept;

  const DistinctSet& set_;
  const BlockArena& arena_;
  const std::byte* at_ = nullptr;
  const std::byte* end_ = nullptr;
  BlockArena::Ref segment_ = BlockArena::null;
  std::uint32_t left_in_head_;
};

}  // namespace weir::aggregate
