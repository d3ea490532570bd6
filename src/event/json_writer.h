// Events as JSON.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "event/json_scan.h"
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

// Appends `line` with the changed fields in it: a member that is there is replaced in place (its
// last occurrence), a new one goes before the closing brace, an absent value becomes null; every
// other byte stays. REQUIRES: line is one valid JSON object. Throws bad_alloc.
void append_patched(std::string& out, std::string_view line, std::span<const weir_field> changes,
                    JsonIndex& index);

}  // namespace weir
