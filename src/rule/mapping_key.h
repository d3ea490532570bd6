// The keys that `map:` writes as one text.
#pragma once

#include <optional>
#include <string_view>

#include "event/field_map.h"
#include "rule/findings.h"

namespace weir::rule {

// Parts are joined with dots: `alert.signature`. A backslash before a dot makes it part of a name,
// and so does one before a backslash. Reports what is no path, with `what` in front of the key:
// "the key".
std::optional<KeyPath> read_key_path(const Node& node, std::string_view what, Findings& findings);

}  // namespace weir::rule
