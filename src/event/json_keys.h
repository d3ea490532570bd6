// Which keys of a JSON event are wanted, and the slot that each fills: a tree of tables, one for
// each object whose members are looked at. Built at load, immutable.
//
// The top holds the names of the wanted fields; `Extra` is one child of it, each object on the way
// to a mapped key another. A mapped key that is the name of a field is taken for the mapping.
// Finding a key costs a hash and a comparison; readers remember what they found
// (event/key_trail.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/field_map.h"
#include "event/slots.h"

namespace weir {

class JsonKeys {
 public:
  // An object of the tree.
  using Node = std::uint32_t;
  static constexpr Node top = 0;
  static constexpr Node extra = 1;  // there even if nobody wants a member of it
  static constexpr Node nowhere = 0xFFFF'FFFF;

  struct Key {
    Slot slot = SlotMap::none;  // that the value fills
    FieldType type = FieldType::text;
    Node inside = nowhere;  // of the keys of the value, if that is an object
    bool wanted() const noexcept { return slot != SlotMap::none; }
  };

  JsonKeys() : JsonKeys(SlotMap()) {}
  // Of several paths that are the same the last counts.
  explicit JsonKeys(const SlotMap& slots, const FieldMap& map = {});

  // A key of no interest: a Key that is neither wanted nor leads inside.
  Key find(Node object, std::string_view key) const noexcept;
  // The slots that the keys in an object fill, however deep.
  const std::vector<Slot>& slots(Node object) const noexcept { return objects_[object].slots; }
  std::size_t objects() const noexcept { return objects_.size(); }
  std::size_t width() const noexcept { return width_; }
  // Tells these keys from any others, also from some that lay at the same address before.
  std::uint64_t serial() const noexcept { return serial_; }

 private:
  struct Entry {
    std::string name;
    Key key;
  };
  struct Object {
    std::vector<Entry> entries;
    std::vector<std::uint32_t> table = std::vector<std::uint32_t>(2);  // entry + 1, half full
    std::vector<Slot> slots;
    std::size_t place(std::string_view name) const noexcept;  // in the table, of it or for it
    Key& at(std::string_view name);                           // a new one if need be
  };

  Node enter(Node object, std::string_view key);
  static void fill(Key& key, FieldId field, const SlotMap& slots);
  void add(const KeyPath& path, FieldId field, const SlotMap& slots);
  void collect_slots(Object& object) const;

  std::vector<Object> objects_;
  std::size_t width_ = 0;
  std::uint64_t serial_ = 0;
};

}  // namespace weir
