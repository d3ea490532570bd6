// Which fields of an event the loaded rules read, numbered densely.
//
// A reader stores the wanted fields of each event in a row of Values, by slot; filters, keys and
// accumulators hold slots, so that no stage looks a field up by name or id. Built at load, then
// immutable.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "event/schema.h"

namespace weir {

using Slot = std::uint16_t;

class SlotMap {
 public:
  static constexpr Slot none = 0xFFFF;

  explicit SlotMap(Schema schema = Schema::kuma) : schema_(schema) {}

  // The field's slot, a new one if need be. Throws Failure(limit) beyond 65,535 fields.
  Slot want(FieldId id) {
    if (id >= by_id_.size()) by_id_.resize(id + 1, none);
    if (by_id_[id] == none) {
      if (fields_.size() == none)
        throw Failure(Status::limit, "the rules read more than 65535 fields; load fewer of them");
      by_id_[id] = static_cast<Slot>(fields_.size());
      fields_.push_back(id);
    }
    return by_id_[id];
  }
  // none if nothing reads the field.
  Slot find(FieldId id) const noexcept { return id < by_id_.size() ? by_id_[id] : none; }
  Schema schema() const noexcept { return schema_; }
  std::size_t size() const noexcept { return fields_.size(); }
  FieldId field(Slot slot) const noexcept { return fields_[slot]; }
  const std::vector<FieldId>& fields() const noexcept { return fields_; }
  // What readers convert the field's values to. Times are read as times under every schema.
  FieldType type(Slot slot) const noexcept { return field_type(fields_[slot], schema_); }

 private:
  Schema schema_;
  std::vector<Slot> by_id_;
  std::vector<FieldId> fields_;
};

}  // namespace weir
