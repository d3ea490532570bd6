// Which keys of an event are wanted, and where the value of each goes: a tree of tables, one for
// each object whose members are looked at. Built at load, immutable.
//
// The top holds the names of the wanted fields; `Extra` is one child of it, each object on the way
// to a mapped key another. A mapped key that is the name of a field is taken for the mapping. A
// value goes to the slot of its field, or, where more has to be done with it, to a place behind the
// row's slots, for the derivations. Finding a key costs a hash and a comparison; readers remember
// what they found (event/key_trail.h, event/record_trail.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event/derivation.h"
#include "event/field_map.h"
#include "event/slots.h"

namespace weir {

// The key in Extra of what an event's own member is kept as: that of `Extra.<key>` is the key.
std::string_view key_of_extra(std::string_view member) noexcept;

class KeyTree {
 public:
  // An object of the tree, or an array whose elements are looked at: their keys are indices.
  using Node = std::uint32_t;
  static constexpr Node top = 0;
  static constexpr Node extra = 1;  // there even if nobody wants a member of it
  static constexpr Node nowhere = 0xFFFF'FFFF;

  struct Key {
    Slot slot = SlotMap::none;  // that the value fills, or a place
    FieldType type = FieldType::text;
    Node inside = nowhere;  // of the keys of the value, if that is an object
    bool wanted() const noexcept { return slot != SlotMap::none; }
  };

  KeyTree() : KeyTree(SlotMap()) {}
  // What the map says lives as long as the tree. Throws Failure(limit) beyond 65,535 slots and
  // places.
  explicit KeyTree(const SlotMap& slots, std::shared_ptr<const FieldMap> map = nullptr);

  // A key of no interest: a Key that is neither wanted nor leads inside.
  Key find(Node object, std::string_view key) const noexcept;
  // The slots that the keys in an object fill, however deep.
  const std::vector<Slot>& slots(Node object) const noexcept { return objects_[object].slots; }
  std::size_t objects() const noexcept { return objects_.size(); }
  // Values of a row while it is read: the slots, and the places behind them.
  std::size_t width() const noexcept { return width_; }
  const Derivations& derivations() const noexcept { return derivations_; }
  // Whether some element of the array is looked at.
  bool is_indexed(Node array) const noexcept { return objects_[array].indexed; }
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
    bool indexed = false;
    std::size_t place(std::string_view name) const noexcept;  // in the table, of it or for it
    Key& at(std::string_view name);                           // a new one if need be
  };

  class Builder;

  Node enter(Node object, std::string_view key);
  Key& key_at(const KeyPath& path);
  void collect_slots(Object& object) const;

  std::vector<Object> objects_;
  std::size_t width_ = 0;
  std::uint64_t serial_ = 0;
  std::shared_ptr<const FieldMap> map_;
  Derivations derivations_;
};

}  // namespace weir
