#include "lookup/table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "base/bytes.h"
#include "base/secret.h"
#include "base/slot_table.h"
#include "lookup/row.h"

namespace weir::lookup {

namespace {

// Slots that a put looks at for dead entries. Once round the table takes an eighth as many puts as
// it has slots, so that many dead entries may wait, a third of the entries at the least load.
constexpr std::size_t slots_a_put = 8;

std::uint32_t tag_of(std::string_view key) noexcept {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(key.data(), key.size(), process_secret()));
}

std::int64_t later(Time from, Duration by) noexcept {
  std::int64_t sum = 0;
  return __builtin_add_overflow(from.nanos, by.nanos, &sum)
             ? std::numeric_limits<std::int64_t>::max()
             : sum;
}

}  // namespace

struct Table::Rows {
  SlotTable<Row*> slots;   // owned
  std::size_t memory = 0;  // of all rows
  std::size_t next = 0;    // the slot that the next put looks at first
  Duration ttl;

  explicit Rows(Duration lives) : ttl(lives) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows() {
    for (std::size_t i = 0; i < slots.slots(); ++i)
      if (Row* const row = slots.at(i)) FreeRow()(row);
  }

  Row* find(std::uint32_t tag, std::string_view key) const noexcept {
    return slots.find(tag, [&](const Row* row) {
      return row->key_size == key.size() && equal_bytes(row->key().data(), key.data(), key.size());
    });
  }

  bool is_dead(const Row& row, const Clock& clock) const noexcept {
    if (ttl.nanos == 0) return false;
    if (row.deadline != Row::before_start) return clock.now.nanos >= row.deadline;
    return clock.started && clock.now.nanos >= later(clock.first, ttl);
  }

  // In place of a row with the same key. REQUIRES: room for one more.
  void take(OwnedRow row) noexcept {
    const std::uint32_t tag = tag_of(row->key());
    memory += memory_of(*row);
    if (Row* const old = find(tag, row->key())) {
      slots.replace(tag, old, row.release());
      drop(old);
    } else {
      slots.insert(tag, row.release());
    }
  }

  void erase(std::uint32_t tag, Row* row) noexcept {
    slots.erase(tag, row);
    drop(row);
  }

  void drop(Row* row) noexcept {
    memory -= memory_of(*row);
    FreeRow()(row);
  }

  // As so many puts do.
  void let_dead_go(std::size_t puts, const Clock& clock) noexcept {
    if (ttl.nanos == 0 || slots.slots() == 0) return;
    // Once round sees all of them, those aside that move behind the first.
    const std::size_t most = std::min(puts * slots_a_put, 2 * slots.slots());
    for (std::size_t looked = 0; looked < most; ++looked) {
      if (next >= slots.slots()) next = 0;
      Row* const row = slots.at(next);
      // What follows an erased slot may move into it, so the same slot comes again.
      if (row != nullptr && is_dead(*row, clock))
        erase(tag_of(row->key()), row);
      else
        ++next;
    }
    slots.shrink(slots.size());
  }
};

Table::Table(Shape shape) : shape_(std::move(shape)), rows_(std::make_unique<Rows>(shape_.ttl)) {}
Table::~Table() = default;
Table::Table(Table&&) noexcept = default;
Table& Table::operator=(Table&&) noexcept = default;

std::size_t Table::column(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < shape_.columns.size(); ++i)
    if (shape_.columns[i].name == name) return i;
  return no_column;
}

const Value* Table::find(std::string_view key, const Clock& clock) const noexcept {
  const Row* const row = rows_->find(tag_of(key), key);
  return row == nullptr || rows_->is_dead(*row, clock) ? nullptr : row->values();
}

void Table::put(std::string_view key, std::span<const Value> values, const Clock& clock) {
  assert(values.size() == shape_.columns.size());
  const std::int64_t deadline = clock.started ? later(clock.now, shape_.ttl) : Row::before_start;
  rows_->slots.reserve(rows_->slots.size() + 1);
  rows_->take(make_row(key, values, deadline));
  rows_->let_dead_go(1, clock);
}

bool Table::erase(std::string_view key) noexcept {
  const std::uint32_t tag = tag_of(key);
  Row* const row = rows_->find(tag, key);
  if (row == nullptr) return false;
  rows_->erase(tag, row);
  rows_->slots.shrink(rows_->slots.size());
  return true;
}

void Table::absorb(Table&& other, const Clock& clock) {
  assert(other.shape_ == shape_);
  SlotTable<Row*> taken;
  rows_->slots.reserve(rows_->slots.size() + other.size());
  std::swap(taken, other.rows_->slots);
  other.rows_->memory = 0;
  const std::size_t puts = taken.size();
  for (std::size_t i = 0; i < taken.slots(); ++i)
    if (Row* const row = taken.at(i)) rows_->take(OwnedRow(row));
  rows_->let_dead_go(puts, clock);
}

void Table::begin(const Clock& clock) noexcept {
  if (shape_.ttl.nanos == 0 || !clock.started) return;
  for (std::size_t i = 0; i < rows_->slots.slots(); ++i)
    if (Row* const row = rows_->slots.at(i); row != nullptr && row->deadline == Row::before_start)
      row->deadline = later(clock.now, shape_.ttl);
}

std::size_t Table::size() const noexcept { return rows_->slots.size(); }

std::size_t Table::bytes() const noexcept {
  return sizeof(Table) + sizeof(Rows) + rows_->slots.bytes() + rows_->memory;
}

}  // namespace weir::lookup
