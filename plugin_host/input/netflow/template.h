// A template of NetFlow v9 or IPFIX, compiled when it is learnt into a flat plan: for each slot
// the offset and length of the value in a record. A record of fixed length is read with the plan
// alone; one with variable lengths is walked once, which makes a plan of its own.
//
// Immutable once made. Costs: learning is linear in the fields; a fixed record costs nothing to
// locate, a variable one a step per field that is not empty: linear in the record.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "byte_fields.h"
#include "input/netflow/bytes.h"
#include "input/netflow/element.h"

namespace weir::host {

constexpr std::uint16_t kVariableLength = 65535;

struct Place {
  std::uint16_t offset = 0;
  std::uint16_t length = 0;  // 0: the record does not have it
};

using Plan = std::array<Place, kSlots>;

class Template {
 public:
  struct Field {
    std::uint16_t length = 0;
    Slot slot = Slot::none;  // none: skipped
  };

  explicit Template(bool options) noexcept : options_(options) {}

  // While it is learnt. REQUIRES: finish() has not been called.
  void add(std::uint16_t length, Element element);
  void finish();

  // All of it as bytes, and back; nullptr when they are none that save() wrote.
  void save(ByteWriter& out) const;
  static std::unique_ptr<const Template> load(ByteReader& in);

  bool options() const noexcept { return options_; }
  bool variable() const noexcept { return variable_; }
  // Of a record; the least that it can be when the length varies.
  std::size_t record_length() const noexcept { return record_length_; }
  Unit start_unit() const noexcept { return units_[0]; }
  Unit end_unit() const noexcept { return units_[1]; }
  const Plan& plan() const noexcept { return plan_; }
  std::size_t memory() const noexcept { return sizeof *this + fields_.capacity() * sizeof(Field); }

  // Of a record of variable length at the front of `bytes`: where its values lie, and its size; 0
  // when it does not fit.
  std::size_t locate(Bytes bytes, Plan& plan) const noexcept;

 private:
  Unit unit_of(Slot slot) const noexcept {
    if (slot == Slot::start) return units_[0];
    return slot == Slot::end ? units_[1] : Unit::none;
  }

  bool options_;
  bool variable_ = false;
  std::size_t record_length_ = 0;
  Unit units_[2] = {Unit::none, Unit::none};
  std::array<std::uint8_t, kSlots> ranks_{};
  Plan plan_{};
  std::vector<Field> fields_;  // kept only when the length varies
};

}  // namespace weir::host
