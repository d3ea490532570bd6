// Texts joined with commas in the order of their arrival, up to 64 KiB, in a chain of segments.
//
// Appending costs a copy and at most one new segment. The shard is the lock.
#pragma once

#include <cstdint>
#include <string_view>

#include "aggregate/block_arena.h"
#include "base/bump.h"

namespace weir::aggregate {

constexpr std::uint32_t max_joined_bytes = 64 * 1024;

// Inside a bucket; zero is the empty text.
struct JoinedText {
  BlockArena::Ref first = BlockArena::null;
  BlockArena::Ref last = BlockArena::null;
  std::uint32_t size = 0;
  std::uint32_t unused = 0;
};

// Arena bytes that appending `text` may take at most.
std::size_t joined_room(std::string_view text) noexcept;

// False if it would not fit whole: then nothing is appended. REQUIRES: joined_room reserved.
bool append_joined(JoinedText& joined, std::string_view text, BlockArena& arena) noexcept;

// Throws bad_alloc.
std::string_view joined_text(const JoinedText& joined, const BlockArena& arena, Bump& bump);

void clear_joined(JoinedText& joined, BlockArena& arena) noexcept;

}  // namespace weir::aggregate
