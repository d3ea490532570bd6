// The value that a field of the ABI holds, and back.
#pragma once

#include "event/schema.h"
#include "event/value.h"
#include "weir/weir.h"

namespace weir {

inline Value value_of(const weir_field& field) noexcept {
  return {field.word, static_cast<std::uint32_t>(field.size), static_cast<Kind>(field.kind)};
}

inline weir_field field_of(FieldId id, const Value& value) noexcept {
  return {id, static_cast<std::uint32_t>(value.kind), value.size, value.word};
}

}  // namespace weir
