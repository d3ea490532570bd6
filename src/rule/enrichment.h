// Enrichment rules: from a map to enrich::Settings.
#pragma once

#include <string_view>

#include "enrich/settings.h"
#include "rule/enrichment_type.h"
#include "rule/filters.h"
#include "rule/findings.h"
#include "rule/node.h"
#include "rule/source.h"

namespace weir::rule {

// As read_aggregation. A type of a later version is refused, and its other keys are not looked at.
// directory: where relative paths of files start.
enrich::Settings read_enrichment(const Node& map, const Source& source, SavedFilters& saved,
                                 std::string_view directory, Callback callback, Findings& findings);

}  // namespace weir::rule
