#include "aggregate/distinct_state.h"

#include "aggregate/bucket.h"
#include "aggregate/key_state.h"
#include "event/convert.h"

namespace weir::aggregate {

namespace {

// Of a double without a fraction the list has the integer.
bool may_list(const Value& value, FieldType element) noexcept {
  if (is_absent(value) || !is_finite(value) || value.size > max_stored_bytes) return false;
  return fits(value.kind, element) ||
         (element == FieldType::floating && value.kind == Kind::integer);
}

// A list refuses what it has, and what is too much.
void require_added(bool added) {
  if (!added) StateReader::refuse("a list has a value twice, or too many values");
}

}  // namespace

void save_values(const UniqueList& list, const BlockArena& arena, StateWriter& out) {
  out.number(list.count);
  DistinctWalk walk(list, arena);
  for (DistinctEntry entry; walk.next(entry);) out.value(value_in(entry));
}

void load_values(UniqueList& list, FieldType type, std::uint32_t limit, std::uint64_t seed,
                 const ListRoom& lists, StateReader& in, Bump& memory) {
  const auto count = in.number<std::uint32_t>();
  const FieldType element = element_type(type);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Value value = in.value(memory);
    if (!may_list(value, element)) StateReader::refuse("a list has a value that it cannot have");
    BlockArena& arena = lists.with(unique_room(value, limit));
    require_added(add_unique(list, value, limit, seed, arena) == 0 && list.count == i + 1);
  }
}

void save_combinations(const DistinctSet& set, const BlockArena& arena, StateWriter& out) {
  out.number(set.count);
  DistinctWalk walk(set, arena);
  for (DistinctEntry entry; walk.next(entry);) {
    out.number(entry.size);
    out.raw({entry.bytes, entry.size});
  }
}

void load_combinations(DistinctSet& set, const Rule& rule, const ListRoom& lists, StateReader& in) {
  const auto count = in.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string_view combination = in.raw(in.number<std::uint32_t>());
    std::string_view rest = combination;
    bool good = combination.size() <= max_stored_bytes;
    for (const Rule::Unique& unique : rule.uniques())
      good = good && take_key_value(rest, unique.type);
    if (!good || !rest.empty()) StateReader::refuse("a combination is none of the unique fields");
    BlockArena& arena = lists.with(distinct_room(combination.size()));
    require_added(add(set, combination_entry(combination, rule.seed()),
                      rule.settings().unique_limit, arena) == Added::yes);
  }
}

}  // namespace weir::aggregate
