// `type: timezone`.
#include "rule/enrichment_type.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 1> timezone_keys{{{"zone"}}};

std::optional<enrich::Kind> read_timezone(const EnrichmentMap& rule) {
  const Node* const node = rule.map.require("zone", "name a time zone such as Europe/Moscow");
  if (!rule.map.zone("zone")) return std::nullopt;
  return enrich::TimezoneSettings{node->text};
}

}  // namespace

const EnrichmentType timezone_type{"timezone", timezone_keys, read_timezone};

}  // namespace weir::rule
