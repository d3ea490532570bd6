#include "rule/mapping_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "event/value_table.h"
#include "rule/fields.h"
#include "rule/mapping_time.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 6> mapping_target_keys{
    {{"field"}, {"values"}, {"time"}, {"zone"}, {"zone_key"}, {"pattern_key"}}};

// Only aggregated events have these: what a source calls a type is none of them.
constexpr std::array<std::string_view, 4> aggregated_only{
    "Type", "BaseEventCount", "AggregationRuleID", "AggregationRuleName"};

bool is_aggregated_only(std::string_view name) noexcept {
  return std::find(aggregated_only.begin(), aggregated_only.end(), name) != aggregated_only.end();
}

bool holds_times(FieldType type) noexcept {
  return type == FieldType::timestamp || type == FieldType::number || type == FieldType::any;
}

bool has_a_setting(const Node& map) {
  return std::any_of(mapping_target_keys.begin(), mapping_target_keys.end(),
                     [&](const Word& key) { return find_value(map, key.text) != nullptr; });
}

std::shared_ptr<const ValueTable> read_values(const Node& node, Findings& findings) {
  if (node.kind == Node::Kind::broken) return nullptr;
  if (node.kind != Node::Kind::map || node.pairs() == 0) {
    findings.error(node,
                   fmt::format("values must be a map of source values to field values, not "
                               "{}",
                               node.kind == Node::Kind::map ? "an empty one" : describe(node)));
    return nullptr;
  }
  std::vector<std::pair<std::string, std::string>> entries;
  for (std::size_t i = 0; i < node.pairs() && !findings.full(); ++i) {
    const Node &key = node.key(i), &value = node.value(i);
    // Keys that are no text have been reported with the map.
    if (key.kind != Node::Kind::scalar || key.is_null() || value.kind == Node::Kind::broken)
      continue;
    if (value.kind != Node::Kind::scalar || value.is_null())
      findings.error(value,
                     fmt::format("values must hold texts and numbers, not {}", describe(value)));
    else
      entries.emplace_back(key.text, value.text);
  }
  return std::make_shared<const ValueTable>(std::move(entries));
}

bool read_name(const Node& name, Schema schema, Findings& findings, MappingTarget& target) {
  const auto field = read_mapped_field(name, "field must be the name of a field", schema, findings);
  if (!field) return false;
  target.name = &name;
  target.field = *field;
  return true;
}

std::optional<MappingTarget> read_settings(const Node& node, Schema schema, Findings& findings) {
  if (!has_a_setting(node)) {
    findings.error(node,
                   "map must hold names of fields, not a map without 'field'; add it, or write a "
                   "nested key as one, with dots: outer.inner");
    return std::nullopt;
  }
  const SettingsMap settings(node, mapping_target_keys, findings);
  MappingTarget target;
  const Node* name = settings.require("field", "name the field to fill");
  const bool named = name != nullptr && read_name(*name, schema, findings, target);
  read_mapping_time(settings, target.source);
  const Node* values = settings.find("values");
  if (values != nullptr) target.source.values = read_values(*values, findings);
  const Node* time = settings.find("time");
  if (values != nullptr && time != nullptr)
    findings.error(*values, "values and time cannot both say how a value is read; remove one");
  if (!named) return std::nullopt;
  if (time != nullptr && !holds_times(field_type(target.field, schema)))
    findings.error(*name, fmt::format("{} does not hold times; name a time or number field, or "
                                      "remove 'time'",
                                      quote(name->text)));
  return target;
}

}  // namespace

bool may_be_mapped(const StandardField& field) noexcept {
  return field.type != FieldType::structured && field.name != "Extra" &&
         !is_aggregated_only(field.name);
}

std::optional<FieldId> read_mapped_field(const Node& node, std::string_view must, Schema schema,
                                         Findings& findings) {
  const auto field = read_field(node, must, schema, findings);
  if (!field) return std::nullopt;
  if (node.text == "Extra")
    findings.error(node, "'Extra' is a map; name one of its keys: Extra.<key>");
  else if (field_type(*field, schema) == FieldType::structured)
    findings.error(node, fmt::format("{} holds structured data, which map cannot fill; name "
                                     "another field",
                                     quote(node.text)));
  else if (is_aggregated_only(node.text))
    findings.error(node, fmt::format("{} is what Weir writes into aggregated events, and map fills "
                                     "base events; name another field",
                                     quote(node.text)));
  else
    return field;
  return std::nullopt;
}

std::optional<MappingTarget> read_mapping_target(const Node& node, Schema schema,
                                                 Findings& findings) {
  if (node.kind == Node::Kind::map) return read_settings(node, schema, findings);
  const auto field = read_mapped_field(node, "map must hold names of fields", schema, findings);
  if (!field) return std::nullopt;
  return MappingTarget{&node, *field, {}};
}

}  // namespace weir::rule
