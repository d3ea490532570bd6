// `type: timezone`.
#include <fmt/format.h>

#include "event/time_zone.h"
#include "rule/enrichment_type.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 1> keys{{{"zone"}}};

std::optional<enrich::Kind> read(const EnrichmentMap& rule) {
  const Node* node = rule.map.require("zone", "name a time zone such as Europe/Moscow");
  if (node == nullptr || node->kind == Node::Kind::broken) return std::nullopt;
  if (node->kind != Node::Kind::scalar || node->is_null()) {
    rule.findings().error(*node, fmt::format("zone must be a name such as Europe/Moscow or an "
                                             "offset such as '+03:00', not {}",
                                             describe(*node)));
    return std::nullopt;
  }
  if (!find_zone(node->text)) {
    std::string hint = suggest(node->text, zone_names());
    if (hint.empty())
      hint =
          "; name one of the IANA database such as Europe/Moscow (package tzdata), or write an "
          "offset such as '+03:00'";
    rule.findings().error(*node, fmt::format("unknown zone {}{}", quote(node->text), hint));
    return std::nullopt;
  }
  return enrich::TimezoneSettings{node->text};
}

}  // namespace

const EnrichmentType timezone_type{"timezone", keys, read};

}  // namespace weir::rule
