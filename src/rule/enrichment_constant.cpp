// `type: constant`.
#include <fmt/format.h>

#include "base/text.h"
#include "enrich/text_limit.h"
#include "event/convert.h"
#include "rule/enrichment_fields.h"
#include "rule/enrichment_type.h"
#include "rule/mapping_constant.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 2> constant_keys{{{"value"}, {"target"}}};

constexpr std::size_t max_value = 255;  // characters, as in KUMA

std::optional<Constant> read_value(const EnrichmentMap& rule, const Node& node, const Node& target,
                                   FieldId field) {
  if (node.kind == Node::Kind::scalar && !node.is_null() && node.text.empty()) return std::string();
  if (node.is_null()) {
    rule.findings().error(node,
                          "value must be a text or a number, not nothing; write \"\" to "
                          "clear the field");
    return std::nullopt;
  }
  auto value = read_mapping_constant(target, node, element_type(field_type(field, rule.schema)),
                                     rule.findings());
  if (!value || !std::holds_alternative<ConstantText>(*value)) return value;
  const std::size_t size = count_code_points(node.text);
  const std::uint32_t limit = enrich::text_limit(field);
  if (size > max_value)
    rule.findings().error(node,
                          fmt::format("value has {} characters; at most {} fit", size, max_value));
  else if (limit != 0 && size > limit)
    rule.findings().error(node, fmt::format("value has {} characters, of which {} holds {}; make "
                                            "it shorter, or name another field",
                                            size, quote(target.text), limit));
  else
    return value;
  return std::nullopt;
}

std::optional<enrich::Kind> read_constant(const EnrichmentMap& rule) {
  const auto target = read_value_field(rule, "target", "name the field that has the value");
  const Node* const value =
      rule.map.require("value", "write the value, or \"\" to clear the field");
  if (!target || value == nullptr || value->kind == Node::Kind::broken) return std::nullopt;
  auto constant = read_value(rule, *value, *rule.map.find("target"), *target);
  if (!constant) return std::nullopt;
  return enrich::ConstantSettings{std::move(*constant), *target};
}

}  // namespace

const EnrichmentType constant_type{"constant", constant_keys, read_constant};

}  // namespace weir::rule
