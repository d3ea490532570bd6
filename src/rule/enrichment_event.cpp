// `type: event`.
#include <fmt/format.h>

#include "rule/conversions.h"
#include "rule/enrichment_fields.h"
#include "rule/enrichment_type.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 3> event_keys{{{"source"}, {"target"}, {"conversions"}}};

std::optional<enrich::Kind> read_event(const EnrichmentMap& rule) {
  const auto source = read_value_field(rule, "source", "name the field to copy");
  const auto target = read_value_field(rule, "target", "name the field that it is copied to");
  enrich::EventSettings settings{0, 0, read_conversions(rule)};
  if (!source || !target) return std::nullopt;
  const Node* const conversions = rule.map.find("conversions");
  const bool none = conversions == nullptr ||
                    (conversions->kind == Node::Kind::sequence && conversions->children.empty());
  if (*source == *target && none)
    rule.findings().error(*rule.map.find("target"),
                          fmt::format("{} is the source too, so nothing would change; name another "
                                      "field, or add conversions",
                                      quote(field_name(*target))));
  settings.source = *source;
  settings.target = *target;
  return settings;
}

}  // namespace

const EnrichmentType event_type{"event", event_keys, read_event};

}  // namespace weir::rule
