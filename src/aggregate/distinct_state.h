// Unique lists and the combinations of `dedup` in a snapshot.
#pragma once

#include <cstdint>

#include "aggregate/list_room.h"
#include "aggregate/rule.h"
#include "aggregate/unique_list.h"
#include "event/state.h"

namespace weir::aggregate {

// Values in order.
void save_values(const UniqueList& list, const BlockArena& arena, StateWriter& out);
// type: of the field, or any. Throws Failure(invalid_snapshot) or bad_alloc; then the list has what
// was loaded.
void load_values(UniqueList& list, FieldType type, std::uint32_t limit, std::uint64_t seed,
                 const ListRoom& lists, StateReader& in, Bump& memory);

// Likewise.
void save_combinations(const DistinctSet& set, const BlockArena& arena, StateWriter& out);
void load_combinations(DistinctSet& set, const Rule& rule, const ListRoom& lists, StateReader& in);

}  // namespace weir::aggregate
