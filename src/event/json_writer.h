// Events as JSON.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "event/value.h"
#include "weir/weir.h"

namespace weir {

// Appends one JSON object, without LF: members in the order of the fields, those of Extra gathered
// in one object at the end. Numbers that JSON cannot write (NaN, infinity) are left out. Throws
// bad_alloc.
void append_event(std::string& out, std::span<const weir_field> fields);

// Appends `"key":"value"`: a member of Extra, which holds texts alone. Numbers and truth values are
// written as a field of text would have them, arrays as JSON. Throws bad_alloc.
void append_text_member(std::string& out, std::string_view key, const Value& value);

// False of what is left out of JSON: nothing, and numbers that it cannot write.
bool is_written(const weir_field& field) noexcept;

// Appends `"name":value`; of a key of Extra the key alone. Throws bad_alloc.
void append_member(std::string& out, const weir_field& field);

}  // namespace weir
