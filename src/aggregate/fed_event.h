// An event as the host fed it, and keeping one in an arena while it is alone in its bucket.
#pragma once

#include <string_view>

#include "aggregate/block_arena.h"
#include "base/bump.h"
#include "weir/weir.h"

namespace weir::aggregate {

// Fields, or a line: then `event.fields` is null.
struct FedEvent {
  weir_event event{};
  std::string_view line;
};

// Arena bytes that keeping it takes.
std::size_t kept_size(const FedEvent& fed) noexcept;
// REQUIRES: kept_size reserved.
BlockArena::Ref keep(const FedEvent& fed, BlockArena& arena) noexcept;
// Borrowed.
const FedEvent& kept_event(BlockArena::Ref ref, const BlockArena& arena) noexcept;
// A copy in `memory`. Throws bad_alloc.
FedEvent copy_kept(BlockArena::Ref ref, const BlockArena& arena, Bump& memory);
void drop_kept(BlockArena::Ref ref, BlockArena& arena) noexcept;

}  // namespace weir::aggregate
