// `map:` of a document: from keys of a source to fields.
#pragma once

#include <vector>

#include "rule/document.h"
#include "rule/settings_map.h"

namespace weir::rule {

// Each key is a path, its parts joined with dots: `alert.signature`. A backslash before a dot makes
// it part of a name, and so does one before a backslash.
FieldMap read_map(const SettingsMap& top, Schema schema);

}  // namespace weir::rule
