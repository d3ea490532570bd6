// `type: dns`.
#include "rule/enrichment_type.h"

namespace weir::rule {

const EnrichmentType dns_type{"dns", {}, nullptr};

}  // namespace weir::rule
