// One value as JSON.
#pragma once

#include <string>

#include "event/value.h"

namespace weir {

// Appends it: null for an absent one, and for what JSON cannot write. Throws bad_alloc.
void append_value(std::string& out, const Value& value);

}  // namespace weir
