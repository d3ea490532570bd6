// Values of a document as JSON, for those who read them as JSON again.
#pragma once

#include <string>

#include "rule/findings.h"
#include "rule/node.h"

namespace weir::rule {

// Appends the value on one line, whichever language it was written in: text stays text, what YAML
// takes for a number, true or false becomes that. Reports infinity and NaN, which JSON does not
// have, and appends null for them and for what could not be read.
void append_json(std::string& out, const Node& node, Findings& findings);

}  // namespace weir::rule
