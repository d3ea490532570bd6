// Whose JSON it is, by the keys of one event.
#pragma once

#include <string_view>

#include "input/format.h"

namespace weir::host {

// zeek_json, suricata, or ndjson for any other and for events that have names of the KUMA schema.
// line: an object, or its beginning. Only its own keys count, not those of objects in it.
Format json_format(std::string_view line) noexcept;

}  // namespace weir::host
