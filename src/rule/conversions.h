// The conversions of an enrichment rule: a list of words and of maps with one key.
#pragma once

#include <vector>

#include "enrich/conversion.h"
#include "rule/enrichment_type.h"

namespace weir::rule {

// Reads the list under the key `conversions`, which may be absent. What is wrong is reported, and
// left out.
std::vector<enrich::Conversion> read_conversions(const EnrichmentMap& rule);

}  // namespace weir::rule
