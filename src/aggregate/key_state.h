// Whether bytes of a snapshot are a key, so that read_key() may read them.
#pragma once

#include <cstddef>
#include <string_view>

#include "event/schema.h"

namespace weir::aggregate {

// More than any event has: what a snapshot says is longer is refused, and sizes fit their places.
constexpr std::size_t max_stored_bytes = std::size_t{1} << 28;

// Takes the value at the front; false if there is none that append_key writes for a field of the
// type, which keys and look-ups go by byte for byte.
bool take_key_value(std::string_view& bytes, FieldType type) noexcept;

}  // namespace weir::aggregate
