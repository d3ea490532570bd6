#include "rule/enrichment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rule/fields.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 5> keys{{{"type"}, {"name"}, {"callback"}, {"filter"}, {"fields"}}};

constexpr std::array<Word, 11> types{{{"host"},
                                      {"constant", true},
                                      {"event", true},
                                      {"dictionary", true},
                                      {"table", true},
                                      {"template", true},
                                      {"dns", true},
                                      {"geographic", true},
                                      {"timezone", true},
                                      {"cybertrace", true},
                                      {"cybertrace-http", true}}};

// False if the other keys cannot be checked: another type has keys of its own.
bool is_host(const Node& map, Findings& findings) {
  const Node* node = find_value(map, "type");
  if (node == nullptr) findings.error(map, "'type' is missing; write 'type: host'");
  if (node == nullptr || node->kind == Node::Kind::broken) return true;
  if (node->kind != Node::Kind::scalar || node->is_null()) {
    findings.error(*node,
                   fmt::format("type must be text, not {}; write 'type: host'", describe(*node)));
    return false;
  }
  std::vector<std::string_view> names;
  for (const Word& type : types) names.push_back(type.text);
  const auto known = std::find(names.begin(), names.end(), node->text);
  if (known == names.end())
    findings.error(*node, fmt::format("unknown enrichment type {}{}", quote(node->text),
                                      suggest(node->text, names)));
  else if (types[static_cast<std::size_t>(known - names.begin())].later)
    findings.error(*node, not_supported(fmt::format("the enrichment type '{}'", *known)));
  else
    return true;
  return false;
}

// A host's function can fill any field; what it says here is for whoever reads the document.
void read_targets(const SettingsMap& rule, Schema schema, enrich::Settings& settings) {
  const auto* items = rule.list("fields");
  if (items == nullptr) return;
  for (const Node& item : *items) {
    if (rule.findings().full()) return;
    const auto id = read_field(item, "fields must hold names of fields", schema, rule.findings());
    if (id) settings.targets.push_back(*id);
  }
}

}  // namespace

enrich::Settings read_enrichment(const Node& map, const Source& source, SavedFilters& saved,
                                 Callback callback, Findings& findings) {
  enrich::Settings settings;
  if (!is_host(map, findings)) return settings;
  const SettingsMap rule(map, keys, findings);
  rule.require("name", "name the rule");
  if (auto name = rule.text("name", 1, max_name)) settings.name = std::move(*name);
  if (callback == Callback::required)
    rule.require("callback", "name the host's function that enriches");
  if (auto text = rule.text("callback", 1, max_name)) settings.callback = std::move(*text);
  if (const Node* filter = rule.find("filter")) {
    settings.filter = read_filter(*filter, source, saved.schema(), findings, saved.tables());
    if (settings.filter) saved.check(*settings.filter, SavedFilters::Use::any, findings);
  }
  read_targets(rule, saved.schema(), settings);
  return settings;
}

}  // namespace weir::rule
