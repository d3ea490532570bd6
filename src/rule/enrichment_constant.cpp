// `type: constant`.
#include "rule/enrichment_type.h"

namespace weir::rule {

const EnrichmentType constant_type{"constant", {}, nullptr};

}  // namespace weir::rule
