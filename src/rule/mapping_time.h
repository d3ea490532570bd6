// `time` and the settings beside it, in a target of `map:`.
#pragma once

#include "event/field_map.h"
#include "rule/settings_map.h"

namespace weir::rule {

// Reads time, zone, zone_key and pattern_key into the source, and reports what is wrong with them.
void read_mapping_time(const SettingsMap& settings, MappedSource& source);

}  // namespace weir::rule
