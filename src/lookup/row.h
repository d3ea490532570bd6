// A row of a table in one piece of memory: what it is, its values, its key, and whatever the values
// point to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "event/value.h"

namespace weir::lookup {

struct Row {
  // Of an entry that came before the clock was ever moved: its time begins with the clock's first
  // moment.
  static constexpr std::int64_t before_start = INT64_MIN;

  std::int64_t deadline;  // nanoseconds since the epoch; means nothing where entries live for ever
  std::uint32_t key_size;
  std::uint32_t columns;

  const Value* values() const noexcept { return reinterpret_cast<const Value*>(this + 1); }
  std::string_view key() const noexcept {
    return {reinterpret_cast<const char*>(values() + columns), key_size};
  }
};
static_assert(sizeof(Row) == 16 && alignof(Row) == alignof(Value));

struct FreeRow {
  void operator()(Row* row) const noexcept;
};
using OwnedRow = std::unique_ptr<Row, FreeRow>;

// Copies all of it; texts get a NUL behind them. Throws bad_alloc.
OwnedRow make_row(std::string_view key, std::span<const Value> values, std::int64_t deadline);

// What the row takes of the process's memory.
std::size_t memory_of(const Row& row) noexcept;

}  // namespace weir::lookup
