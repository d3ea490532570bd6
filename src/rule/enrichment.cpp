#include "rule/enrichment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rule/fields.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 3> common_keys{{{"type"}, {"name"}, {"filter"}}};

const std::array<const EnrichmentType*, 10> enrichment_types{
    &constant_type, &event_type,      &dictionary_type, &table_type,      &template_type,
    &dns_type,      &geographic_type, &timezone_type,   &cybertrace_type, &host_type};

constexpr std::string_view later_type = "cybertrace-http";

// Null if the other keys cannot be checked: another type has keys of its own.
const EnrichmentType* type_of(const Node& map, Findings& findings) {
  const Node* node = find_value(map, "type");
  if (node == nullptr) {
    findings.error(map, "'type' is missing; write for example 'type: constant'");
    return nullptr;
  }
  if (node->kind == Node::Kind::broken) return nullptr;
  if (node->kind != Node::Kind::scalar || node->is_null()) {
    findings.error(*node, fmt::format("type must be text, not {}; write for example "
                                      "'type: constant'",
                                      describe(*node)));
    return nullptr;
  }
  std::vector<std::string_view> names;
  for (const EnrichmentType* type : enrichment_types) {
    names.push_back(type->name);
    if (type->name != node->text) continue;
    if (type->read != nullptr) return type;
    findings.error(*node, not_supported(fmt::format("the enrichment type '{}'", type->name)));
    return nullptr;
  }
  if (node->text == later_type)
    findings.error(*node, not_supported(fmt::format("the enrichment type '{}'", later_type)));
  else
    findings.error(*node, fmt::format("unknown enrichment type {}{}", quote(node->text),
                                      suggest(node->text, names)));
  return nullptr;
}

}  // namespace

std::optional<FieldId> EnrichmentMap::field(std::string_view key, std::string_view remedy) const {
  const Node* node = map.require(key, remedy);
  if (node == nullptr) return std::nullopt;
  return read_field(*node, fmt::format("{} must be the name of a field", key), schema, findings());
}

std::vector<FieldId> EnrichmentMap::fields(std::string_view key, std::string_view remedy) const {
  std::vector<FieldId> fields;
  const Node* node = map.require(key, remedy);
  const auto* items = node == nullptr ? nullptr : map.list(key);
  if (items == nullptr) return fields;
  if (items->empty()) findings().error(*node, fmt::format("{} is empty; {}", key, remedy));
  for (const Node& item : *items) {
    if (findings().full()) break;
    const auto id =
        read_field(item, fmt::format("{} must hold names of fields", key), schema, findings());
    if (id) fields.push_back(*id);
  }
  return fields;
}

std::vector<std::pair<const Node*, const Node*>> EnrichmentMap::rows(
    std::string_view key, std::string_view remedy) const {
  std::vector<std::pair<const Node*, const Node*>> rows;
  const Node* node = map.require(key, remedy);
  if (node == nullptr || node->kind == Node::Kind::broken) return rows;
  if (node->kind != Node::Kind::map || node->pairs() == 0) {
    findings().error(*node, fmt::format("{} must be a map of at least one row; {}", key, remedy));
    return rows;
  }
  for (std::size_t i = 0; i < node->pairs(); ++i) rows.emplace_back(&node->key(i), &node->value(i));
  return rows;
}

enrich::Settings read_enrichment(const Node& map, const Source& source, SavedFilters& saved,
                                 std::string_view directory, Callback callback,
                                 Findings& findings) {
  enrich::Settings settings;
  const EnrichmentType* const type = type_of(map, findings);
  if (type == nullptr) return settings;
  std::vector<Word> keys(common_keys.begin(), common_keys.end());
  keys.insert(keys.end(), type->keys.begin(), type->keys.end());
  const SettingsMap rule(map, keys, findings);
  rule.require("name", "name the rule");
  if (auto name = rule.text("name", 1, max_name)) settings.name = std::move(*name);
  auto kind = type->read({rule, source, saved.schema(), saved.tables(), directory, callback});
  if (kind) settings.kind = std::move(*kind);
  if (const Node* filter = rule.find("filter")) {
    settings.filter = read_filter(*filter, source, saved.schema(), findings, saved.tables());
    if (settings.filter) saved.check(*settings.filter, SavedFilters::Use::any, findings);
  }
  settings.targets = enrich::targets_of(settings.kind);
  return settings;
}

}  // namespace weir::rule
