// `type: event`.
#include "rule/enrichment_type.h"

namespace weir::rule {

const EnrichmentType event_type{"event", {}, nullptr};

}  // namespace weir::rule
