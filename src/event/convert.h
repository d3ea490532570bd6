// A value as it was fed, to the type of its field (docs/events.md: reading).
#pragma once

#include "base/bump.h"
#include "event/schema.h"
#include "event/value.h"

namespace weir {

// The kind of an array whose elements are of the type.
inline Kind array_of(FieldType element) noexcept {
  if (element == FieldType::floating) return Kind::float_array;
  return element == FieldType::text ? Kind::text_array : Kind::integer_array;
}

// The type of the elements of an array; another type as it is.
inline FieldType element_type(FieldType type) noexcept {
  switch (type) {
    case FieldType::text_array:
      return FieldType::text;
    case FieldType::number_array:
      return FieldType::number;
    case FieldType::float_array:
      return FieldType::floating;
    default:
      return type;
  }
}

// True of a value that needs no conversion to be stored in a field of the type.
inline bool fits(Kind kind, FieldType type) noexcept {
  switch (type) {
    case FieldType::text:
      return kind == Kind::text;
    case FieldType::number:
    case FieldType::timestamp:
      return kind == Kind::integer;
    case FieldType::floating:
      return kind == Kind::floating;
    case FieldType::text_array:
      return kind == Kind::text_array;
    case FieldType::number_array:
      return kind == Kind::integer_array;
    case FieldType::float_array:
      return kind == Kind::float_array;
    case FieldType::structured:
      return kind == Kind::json;
    case FieldType::any:
      return kind >= Kind::integer && kind <= Kind::boolean;
  }
  return false;
}

// JSON has no other numbers. True of what is no floating-point number.
bool is_finite(const Value& value) noexcept;

// False if the value cannot be stored in a field of that type: it counts as a conversion error.
// True with an absent value for what is empty. Converted text lies in `bump`. Throws bad_alloc.
bool convert(Value& value, FieldType type, Bump& bump);

}  // namespace weir
