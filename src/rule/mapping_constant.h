// The values of `constants` in `map:`.
#pragma once

#include <optional>

#include "event/field_map.h"
#include "rule/findings.h"
#include "rule/node.h"

namespace weir::rule {

// `value` in a field of the type; reports what does not fit. `name`: of the field.
std::optional<Constant> read_mapping_constant(const Node& name, const Node& value, FieldType type,
                                              Findings& findings);

}  // namespace weir::rule
