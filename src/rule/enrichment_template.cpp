// `type: template`.
#include "rule/enrichment_type.h"

namespace weir::rule {

const EnrichmentType template_type{"template", {}, nullptr};

}  // namespace weir::rule
