#include "rule/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"

namespace weir::rule {

namespace {

// The aggregated event has its own.
constexpr std::array<std::string_view, 9> written_by_weir{
    "ID",        "Type",           "Timestamp",         "StartTime",
    "EndTime",   "BaseEventCount", "AggregationRuleID", "AggregationRuleName",
    "TenantName"};

std::string_view part_name(Part part) noexcept {
  constexpr std::array<std::string_view, 4> names{"an identical field", "a unique field",
                                                  "a sum field", "the result of a statistic"};
  return names[static_cast<std::size_t>(part)];
}

bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Why a field may not play a part, one clause with its remedy; "" if it may.
std::string_view barred(std::string_view name, FieldType type, Part part) noexcept {
  if (std::find(written_by_weir.begin(), written_by_weir.end(), name) != written_by_weir.end())
    return "Weir writes it into the aggregated event itself; remove it";
  if (name == "Extra") return "it is a map; name one of its keys: Extra.<key>";
  if (name == "TI" || type == FieldType::structured) return "it holds structured data; remove it";
  if (part == Part::sum && is_array(type)) return "an array has no sum; use a unique field";
  if (part == Part::result && is_array(type))
    return "it holds arrays; name a field that holds one value";
  if (part == Part::sum && type == FieldType::timestamp)
    return "a sum of times means nothing; use a number, float or text field";
  return {};
}

}  // namespace

bool may_play(const StandardField& field, Part part) noexcept {
  return barred(field.name, field.type, part).empty();
}

std::optional<FieldId> read_field(const Node& node, std::string_view must, Schema schema,
                                  Findings& findings) {
  if (node.kind == Node::Kind::broken) return std::nullopt;
  // An error message should not hold a longer name, nor the table of fields.
  if (node.kind != Node::Kind::scalar || node.text.empty() || node.text.size() > max_open_name ||
      (schema == Schema::kuma && has_control(node.text))) {
    findings.error(node, fmt::format("{}, not {}", must, describe(node)));
    return std::nullopt;
  }
  try {
    return field_id(node.text, schema);
  } catch (const Failure& failure) {
    findings.error(node, failure.what());
    return std::nullopt;
  }
}

void FieldLists::reserve_close_reason(const Node& output_reason) {
  taken_.emplace(field_id(close_reason), Place{"output_reason", output_reason.offset});
}

std::vector<FieldId> FieldLists::read(std::string_view key, Part part) {
  std::vector<FieldId> ids;
  const std::vector<Node>* items = rule_.list(key);
  if (items == nullptr) return ids;
  const std::string must = fmt::format("{} must hold names of fields", key);
  for (const Node& item : *items) {
    if (rule_.findings().full()) break;
    const auto id = read_field(item, must, schema_, rule_.findings());
    if (id && take(item, *id, key, part)) ids.push_back(*id);
  }
  return ids;
}

bool FieldLists::take(const Node& node, FieldId id, std::string_view key, Part part) {
  if (const auto why = barred(node.text, field_type(id, schema_), part); !why.empty()) {
    rule_.findings().error(
        node, fmt::format("{} cannot be {}: {}", quote(node.text), part_name(part), why));
    return false;
  }
  const auto [found, added] = taken_.emplace(id, Place{key, node.offset});
  if (!added) report_taken(node, key, found->second);
  return added;
}

void FieldLists::report_taken(const Node& node, std::string_view key, const Place& first) const {
  Findings& findings = rule_.findings();
  const std::string name = quote(node.text);
  const std::uint32_t line = findings.line(first.offset);
  if (first.key == "output_reason")
    findings.error(node, fmt::format("output_reason, on line {}, writes into {}; remove one of the "
                                     "two",
                                     line, name));
  else if (first.key == key && key == "statistics")
    findings.error(node, fmt::format("two statistics go into {}, the first on line {}; give one of "
                                     "them another field",
                                     name, line));
  else if (first.key == key)
    findings.error(node,
                   fmt::format("{} is in {} twice, first on line {}; remove one", name, key, line));
  else
    findings.error(node, fmt::format("{} is in {} too, on line {}; a field plays one part, so "
                                     "remove one",
                                     name, first.key, line));
}

}  // namespace weir::rule
