// `type: dictionary`.
#include "rule/enrichment_type.h"

namespace weir::rule {

const EnrichmentType dictionary_type{"dictionary", {}, nullptr};

}  // namespace weir::rule
