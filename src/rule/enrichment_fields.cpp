#include "rule/enrichment_fields.h"

#include <fmt/format.h>

#include "rule/fields.h"

namespace weir::rule {

std::optional<FieldId> read_value_field(const EnrichmentMap& rule, const Node& node,
                                        std::string_view must) {
  const auto field = read_field(node, must, rule.schema, rule.findings());
  if (!field) return std::nullopt;
  const bool is_map = node.text == "Extra";
  if (!is_map && field_type(*field, rule.schema) != FieldType::structured) return field;
  rule.findings().error(
      node, fmt::format("{} {}", quote(node.text),
                        is_map ? "is a map; name one of its keys: Extra.<key>"
                               : "holds structured data; name a field that holds values"));
  return std::nullopt;
}

std::optional<FieldId> read_value_field(const EnrichmentMap& rule, std::string_view key,
                                        std::string_view remedy) {
  const Node* node = rule.map.require(key, remedy);
  if (node == nullptr) return std::nullopt;
  return read_value_field(rule, *node, fmt::format("{} must be the name of a field", key));
}

std::vector<FieldId> read_key_fields(const EnrichmentMap& rule) {
  constexpr std::string_view remedy = "list the fields whose values are looked up";
  std::vector<FieldId> fields;
  const Node* node = rule.map.require("keys", remedy);
  const auto* items = node == nullptr ? nullptr : rule.map.list("keys");
  if (items == nullptr) return fields;
  if (items->empty()) rule.findings().error(*node, fmt::format("keys is empty; {}", remedy));
  for (const Node& item : *items) {
    if (rule.findings().full()) break;
    const auto field = read_value_field(rule, item, "keys must hold names of fields");
    if (!field) continue;
    if (is_array(field_type(*field, rule.schema)))
      rule.findings().error(item, fmt::format("{} is an array, which cannot be part of a key; use "
                                              "a field that holds one value",
                                              quote(item.text)));
    else
      fields.push_back(*field);
  }
  return fields;
}

std::string kind_with_article(lookup::Kind kind) {
  return fmt::format("{} {}", kind == lookup::Kind::active_list ? "an" : "a",
                     lookup::kind_name(kind));
}

}  // namespace weir::rule
