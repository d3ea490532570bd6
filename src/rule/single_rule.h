// The text of one rule by itself, as weir_create_rule takes it.
#pragma once

#include "rule/document.h"
#include "rule/filters.h"
#include "rule/findings.h"
#include "rule/node.h"
#include "rule/source.h"

namespace weir::rule {

// A document with that rule alone; with none if it could not be read. Reports what is wrong.
// directory: where relative paths of files start.
Document read_single_rule(const Node& root, const Source& source, SavedFilters& saved,
                          std::string_view directory, Findings& findings);

}  // namespace weir::rule
