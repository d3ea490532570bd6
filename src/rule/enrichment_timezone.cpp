// `type: timezone`.
#include "rule/enrichment_type.h"

namespace weir::rule {

const EnrichmentType timezone_type{"timezone", {}, nullptr};

}  // namespace weir::rule
