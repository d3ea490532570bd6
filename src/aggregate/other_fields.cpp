#include "aggregate/other_fields.h"

#include <algorithm>
#include <cstring>

#include "aggregate/stored_value.h"

namespace weir::aggregate {

namespace {

using Ref = BlockArena::Ref;

struct EntrySegment {
  Ref next;
  std::uint32_t size;  // of the block
  std::uint32_t used;  // with this header and, in the first one, the bits behind it
  std::uint32_t begin;
};

struct FieldEntry {
  std::uint16_t field;
  std::uint16_t kind;      // absent: lost or, of `common`, not common any more
  std::uint32_t size;      // of the value
  std::uint32_t capacity;  // bytes behind this header

  char* bytes() noexcept { return reinterpret_cast<char*>(this + 1); }
};

// A bit for each field that has an entry, behind the header of the first segment.
std::size_t bits_size(std::size_t fields) noexcept { return (fields + 63) / 64 * 8; }

class Bits {
 public:
  Bits(const OtherValues& values, const BlockArena& arena) noexcept
      : bytes_(values.first == BlockArena::null ? nullptr
                                                : arena.at(values.first) + sizeof(EntrySegment)) {}
  bool has(std::size_t i) const noexcept {
    return bytes_ != nullptr && (bytes_[i / 8] & std::byte{1} << i % 8) != std::byte{0};
  }
  void set(std::size_t i) noexcept { bytes_[i / 8] |= std::byte{1} << i % 8; }
  void reset(std::size_t i) noexcept { bytes_[i / 8] &= ~(std::byte{1} << i % 8); }

 private:
  std::byte* bytes_;
};

// Half as much again for what may have to hold a longer value. All are multiples of 4.
std::size_t capacity_for(const Value& value, bool replaceable) noexcept {
  const std::size_t size = stored_size(value);
  const bool grows = replaceable && value.kind >= Kind::text && value.kind != Kind::boolean;
  return (size + (grows ? size / 2 : 0) + 3) & ~std::size_t{3};
}

template <class Visit>
void each_entry(const OtherValues& values, const BlockArena& arena, Visit&& visit) {
  for (Ref ref = values.first; ref != BlockArena::null;) {
    auto* const segment = arena.as<EntrySegment>(ref);
    for (std::uint32_t at = segment->begin; at < segment->used;) {
      auto& entry = *reinterpret_cast<FieldEntry*>(arena.at(ref) + at);
      if (entry.kind != 0) visit(entry);
      at += static_cast<std::uint32_t>(sizeof(FieldEntry)) + entry.capacity;
    }
    ref = segment->next;
  }
}

// Room for `need` bytes in the last segment.
void open_segment(OtherValues& values, std::size_t need, std::size_t fields,
                  BlockArena& arena) noexcept {
  const bool first = values.first == BlockArena::null;
  const std::size_t begin = sizeof(EntrySegment) + (first ? bits_size(fields) : 0);
  if (!first) {
    const auto* const last = arena.as<EntrySegment>(values.last);
    if (last->size - last->used >= need) return;
  }
  const std::size_t size = BlockArena::rounded(begin + need);
  const Ref ref = arena.take(size);
  *arena.as<EntrySegment>(ref) = {BlockArena::null, static_cast<std::uint32_t>(size),
                                  static_cast<std::uint32_t>(begin),
                                  static_cast<std::uint32_t>(begin)};
  if (first) {
    std::memset(arena.at(ref) + sizeof(EntrySegment), 0, bits_size(fields));
    values.first = ref;
  } else {
    arena.as<EntrySegment>(values.last)->next = ref;
  }
  values.last = ref;
}

void append(const OtherValues& values, std::size_t field, const Value& value, bool replaceable,
            BlockArena& arena) noexcept {
  auto* const segment = arena.as<EntrySegment>(values.last);
  auto* const entry = reinterpret_cast<FieldEntry*>(arena.at(values.last) + segment->used);
  *entry = {static_cast<std::uint16_t>(field), static_cast<std::uint16_t>(value.kind), value.size,
            static_cast<std::uint32_t>(capacity_for(value, replaceable))};
  store(entry->bytes(), value);
  segment->used += static_cast<std::uint32_t>(sizeof(FieldEntry)) + entry->capacity;
}

// Entries for the fields of the row that have none.
void add_missing(OtherValues& values, bool replaceable, std::span<const Slot> slots,
                 const Value* row, BlockArena& arena) noexcept {
  const Bits known(values, arena);
  std::size_t need = 0;
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (row[slots[i]].present() && !known.has(i))
      need += sizeof(FieldEntry) + capacity_for(row[slots[i]], replaceable);
  if (need == 0) return;
  open_segment(values, need, slots.size(), arena);
  Bits bits(values, arena);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!row[slots[i]].present() || bits.has(i)) continue;
    bits.set(i);
    append(values, i, row[slots[i]], replaceable, arena);
  }
}

// Puts newer values in the places of older ones; forgets a place that is too small.
void replace(const OtherValues& values, std::span<const Slot> slots, const Value* row,
             BlockArena& arena) noexcept {
  Bits bits(values, arena);
  each_entry(values, arena, [&](FieldEntry& entry) {
    const Value& value = row[slots[entry.field]];
    if (!value.present()) return;
    if (stored_size(value) > entry.capacity) {
      entry.kind = 0;
      bits.reset(entry.field);
      return;
    }
    store(entry.bytes(), value);
    entry.kind = static_cast<std::uint16_t>(value.kind);
    entry.size = value.size;
  });
}

void keep_common(const OtherValues& values, std::span<const Slot> slots, const Value* row,
                 BlockArena& arena) noexcept {
  each_entry(values, arena, [&](FieldEntry& entry) {
    if (!is_stored(static_cast<Kind>(entry.kind), entry.size, entry.bytes(),
                   row[slots[entry.field]]))
      entry.kind = 0;
  });
}

}  // namespace

std::size_t other_room(std::span<const Slot> slots, const Value* row) noexcept {
  std::size_t room = sizeof(EntrySegment) + bits_size(slots.size());
  for (const Slot slot : slots)
    if (row[slot].present()) room += sizeof(FieldEntry) + capacity_for(row[slot], true);
  return BlockArena::rounded(room);
}

void add_others(OtherValues& values, OtherFields keeping, bool opening, std::span<const Slot> slots,
                const Value* row, BlockArena& arena) noexcept {
  if (keeping == OtherFields::common && !opening) return keep_common(values, slots, row, arena);
  const bool replaceable = keeping == OtherFields::last;
  if (replaceable) replace(values, slots, row, arena);
  add_missing(values, replaceable, slots, row, arena);
}

std::span<const OtherValue> other_values(const OtherValues& values, const BlockArena& arena,
                                         Bump& memory) {
  if (values.first == BlockArena::null) return {};
  std::size_t count = 0;
  each_entry(values, arena, [&](const FieldEntry&) { ++count; });
  auto* const all = reinterpret_cast<OtherValue*>(memory.take(count * sizeof(OtherValue)));
  auto* next = all;
  each_entry(values, arena, [&](FieldEntry& entry) {
    *next++ = {entry.field, load(static_cast<Kind>(entry.kind), entry.size, entry.bytes(), memory)};
  });
  std::sort(all, next, [](const OtherValue& a, const OtherValue& b) { return a.index < b.index; });
  return {all, count};
}

void clear_others(OtherValues& values, BlockArena& arena) noexcept {
  for (Ref ref = values.first; ref != BlockArena::null;) {
    const EntrySegment segment = *arena.as<EntrySegment>(ref);
    arena.give(ref, segment.size);
    ref = segment.next;
  }
  values = {};
}

}  // namespace weir::aggregate
