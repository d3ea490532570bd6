// `type: geographic`.
#include "rule/enrichment_type.h"

namespace weir::rule {

const EnrichmentType geographic_type{"geographic", {}, nullptr};

}  // namespace weir::rule
