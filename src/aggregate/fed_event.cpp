#include "aggregate/fed_event.h"

#include "event/event_copy.h"

namespace weir::aggregate {

namespace {

struct Kept {
  std::size_t size;  // of the block
  FedEvent fed;      // its fields and texts lie behind
};

std::size_t block_size(const FedEvent& fed) noexcept {
  return sizeof(Kept) + copied_size(fed.line.size()) +
         (fed.event.fields == nullptr ? 0 : copied_size(fed.event));
}

template <class Memory>
FedEvent copy(const FedEvent& fed, Memory& memory) {
  FedEvent to{{nullptr, 0, fed.event.cookie}, {}};
  if (fed.event.fields != nullptr) to.event = copy_event(fed.event, memory);
  if (!fed.line.empty()) to.line = memory.copy(fed.line);
  return to;
}

}  // namespace

std::size_t kept_size(const FedEvent& fed) noexcept { return BlockArena::rounded(block_size(fed)); }

BlockArena::Ref keep(const FedEvent& fed, BlockArena& arena) noexcept {
  const std::size_t size = block_size(fed);
  const BlockArena::Ref ref = arena.take(size);
  FixedMemory memory(arena.at(ref) + sizeof(Kept));
  *arena.as<Kept>(ref) = {size, copy(fed, memory)};
  return ref;
}

const FedEvent& kept_event(BlockArena::Ref ref, const BlockArena& arena) noexcept {
  return arena.as<Kept>(ref)->fed;
}

FedEvent copy_kept(BlockArena::Ref ref, const BlockArena& arena, Bump& memory) {
  return copy(kept_event(ref, arena), memory);
}

void drop_kept(BlockArena::Ref ref, BlockArena& arena) noexcept {
  arena.give(ref, arena.as<Kept>(ref)->size);
}

}  // namespace weir::aggregate
