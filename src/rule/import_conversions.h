// The conversions of KUMA's enrichment rules of the kind `event`: a list under `mutation`, whose
// items are {kind, expression, start, end, chars, withChars}.
#pragma once

#include <optional>

#include "rule/findings.h"
#include "rule/node.h"

namespace weir::rule {

// The list under `conversions` that says the same, with the places of the original; nullopt if
// there is none. Reports what is no conversion.
std::optional<Node> kuma_conversions(const Node& record, Findings& findings);

}  // namespace weir::rule
