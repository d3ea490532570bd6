// One chunk of events that has been read and given to rules, but not applied. Depends on nothing
// but the events and the rules, so that threads can make portions ahead of the clock.
#pragma once

#include <cstdint>
#include <vector>

#include "aggregate/chunk.h"
#include "aggregate/key_buffer.h"
#include "engine/batch.h"

namespace weir::engine {

struct Portion {
  Batch batch;
  std::vector<aggregate::Item> items;  // as Chunk::items
  aggregate::KeyBuffer keys;           // of the items
  std::uint64_t filter_failures = 0;   // of the host's filters
  std::uint64_t version = 0;           // of the rules and lookups that it was given to; 0: of none
  std::size_t applied = 0;             // events from the front

  bool empty() const noexcept { return applied == batch.size(); }
};

}  // namespace weir::engine
