// One value as bytes in a shard's arena: as it was, of any kind, its length beside it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "aggregate/block_arena.h"
#include "base/bump.h"
#include "event/value.h"

namespace weir::aggregate {

std::size_t stored_size(const Value& value) noexcept;
// REQUIRES: present; stored_size bytes at `to`.
void store(char* to, const Value& value) noexcept;
// kind, size: of the value that was stored. Texts end in NUL. Throws bad_alloc.
Value load(Kind kind, std::uint32_t size, const char* from, Bump& memory);
// Equal numbers are equal, whichever kind they are of.
bool is_stored(Kind kind, std::uint32_t size, const char* at, const Value& value) noexcept;

// Inside a bucket; zero is none. A block that is used again while the next value fits.
struct KeptValue {
  BlockArena::Ref block = BlockArena::null;
  std::uint32_t capacity = 0;
  std::uint32_t size = 0;
  Kind kind = Kind::absent;
};

// Arena bytes that keeping the value takes at most.
std::size_t kept_room(const Value& value) noexcept;
// REQUIRES: present, kept_room reserved.
void keep(KeptValue& kept, const Value& value, BlockArena& arena) noexcept;
// Throws bad_alloc.
Value kept_value(const KeptValue& kept, const BlockArena& arena, Bump& memory);
// A text or a scalar that is kept, borrowed; other kinds are absent.
Value kept_scalar(const KeptValue& kept, const BlockArena& arena) noexcept;
void clear_kept(KeptValue& kept, BlockArena& arena) noexcept;

}  // namespace weir::aggregate
