// What is done with a row when all of an event has been read: fields that come from several keys,
// or are translated, or are read as times, get their values from the places beside the row that the
// readers put those of the keys in. Built at load with the keys (event/key_tree.h), immutable.
//
// Costs: a look at each place of a mapped field that is wanted; a hash look-up a translated value.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bump.h"
#include "event/field_map.h"
#include "event/slots.h"
#include "event/value.h"

namespace weir {

class Derivations {
 public:
  // Where the value of a key lies, and what it is read as. Slots beyond the row's are places.
  struct From {
    Slot place = SlotMap::none;
    const ValueTable* values = nullptr;
    const TimeForm* time = nullptr;
    Slot zone = SlotMap::none;
    Slot pattern = SlotMap::none;
  };

  // One field. Its own slot holds what its only plain source gave it, if it has one.
  void add(Slot to, FieldType type, std::vector<From> sources, const Constant* constant);

  bool empty() const noexcept { return steps_.empty(); }
  std::size_t size() const noexcept { return steps_.size(); }
  // The slot that a derivation fills.
  Slot target(std::uint32_t derivation) const noexcept { return steps_[derivation].to; }
  // Those that read a place, or a slot that is none.
  std::span<const std::uint32_t> of_place(Slot place) const noexcept {
    if (place >= by_place_.size()) return {};
    return by_place_[place];
  }
  std::span<const std::uint32_t> with_constants() const noexcept { return with_constants_; }

  // One of them, as apply() below.
  void apply(std::uint32_t derivation, Value* row, std::int64_t reference, Bump& bump,
             std::uint64_t& conversion_errors) const;

  // All. row: the values of the slots and the places behind them. reference: milliseconds, as in
  // TimeContext. Adds to conversion_errors the values that cannot be read or stored. Throws
  // bad_alloc.
  void apply(Value* row, std::int64_t reference, Bump& bump,
             std::uint64_t& conversion_errors) const;

 private:
  struct Step {
    Slot to;
    FieldType type;
    std::uint32_t begin, end;  // of its sources
    Value constant;            // or absent
  };

  std::vector<Step> steps_;
  std::vector<From> sources_;
  std::vector<std::vector<std::uint32_t>> by_place_;
  std::vector<std::uint32_t> with_constants_;
  std::vector<std::unique_ptr<std::string>> texts_;  // of constants
};

}  // namespace weir
