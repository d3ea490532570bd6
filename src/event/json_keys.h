// Which keys of a JSON event are wanted, and the slot that each fills. Built at load, immutable.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "event/slots.h"

namespace weir {

class JsonKeys {
 public:
  struct Target {
    Slot slot = SlotMap::none;
    FieldType type = FieldType::text;
  };

  JsonKeys() = default;
  explicit JsonKeys(const SlotMap& slots);

  // A top-level key: the name of a field, also flat as `Extra.<key>`.
  const Target* find(std::string_view key) const noexcept { return find(key, top_); }
  // A key inside the object `Extra`.
  const Target* find_extra(std::string_view key) const noexcept { return find(key, extra_); }
  // The slots of the keys of `Extra`.
  const std::vector<Slot>& extra_slots() const noexcept { return extra_slots_; }
  std::size_t width() const noexcept { return width_; }
  // Tells these keys from any others, also from some that lay at the same address before.
  std::uint64_t serial() const noexcept { return serial_; }

 private:
  struct Entry {
    std::string_view key;  // a part of a field's name, which lives as long as the process
    Target target;
  };
  // Open addressing, a power of two at most half full.
  using Table = std::vector<Entry>;
  static void build(Table& table, const std::vector<Entry>& entries);
  static const Target* find(std::string_view key, const Table& table) noexcept;

  Table top_;
  Table extra_;
  std::vector<Slot> extra_slots_;
  std::size_t width_ = 0;
  std::uint64_t serial_ = 0;
};

}  // namespace weir
