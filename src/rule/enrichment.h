// Enrichment rules: from a map to enrich::Settings.
#pragma once

#include "enrich/settings.h"
#include "rule/filters.h"
#include "rule/findings.h"
#include "rule/node.h"
#include "rule/source.h"

namespace weir::rule {

// Whether a rule must name its callback. One that is created with its functions need not.
enum class Callback : std::uint8_t { required, optional };

// As read_aggregation. A type of a later version is refused, and its other keys are not looked at.
enrich::Settings read_enrichment(const Node& map, const Source& source, SavedFilters& saved,
                                 Callback callback, Findings& findings);

}  // namespace weir::rule
