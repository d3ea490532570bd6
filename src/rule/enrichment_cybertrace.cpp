// `type: cybertrace`.
#include "rule/enrichment_type.h"

namespace weir::rule {

const EnrichmentType cybertrace_type{"cybertrace", {}, nullptr};

}  // namespace weir::rule
