// `type: host`: a function of the host.
#include "rule/enrichment_type.h"
#include "rule/fields.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 2> host_keys{{{"callback"}, {"fields"}}};

std::optional<enrich::Kind> read_host(const EnrichmentMap& rule) {
  enrich::HostSettings settings;
  if (rule.callback == Callback::required)
    rule.map.require("callback", "name the host's function that enriches");
  if (auto text = rule.map.text("callback", 1, max_name)) settings.callback = std::move(*text);
  // It can fill any field; what it says here is for whoever reads the document.
  if (rule.map.find("fields") != nullptr)
    settings.targets = rule.fields("fields", "name the fields that the function fills");
  return settings;
}

}  // namespace

const EnrichmentType host_type{"host", host_keys, read_host};

}  // namespace weir::rule
