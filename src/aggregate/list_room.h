// A shard's arena of lists while a bucket is loaded into it.
#pragma once

#include <cstddef>

#include "aggregate/block_arena.h"

namespace weir::aggregate {

struct ListRoom {
  BlockArena& arena;
  std::size_t reserved;  // by chunks that have not been applied

  // Throws bad_alloc.
  BlockArena& with(std::size_t bytes) const {
    arena.reserve(reserved + bytes);
    return arena;
  }
};

}  // namespace weir::aggregate
