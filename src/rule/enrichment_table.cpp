// `type: table`.
#include "rule/enrichment_type.h"

namespace weir::rule {

const EnrichmentType table_type{"table", {}, nullptr};

}  // namespace weir::rule
