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

// A name of more bytes is none; an error message should not hold it, nor the table of fields.
constexpr std::size_t max_field_name = 1024;

bool is_array(FieldType type) noexcept {
  return type == FieldType::text_array || type == FieldType::number_array ||
         type == FieldType::float_array;
}

std::string_view part_name(Part part) noexcept {
  constexpr std::array<std::string_view, 3> names{"an identical", "a unique", "a sum"};
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
  if (type == FieldType::structured) return "it holds structured data; remove it";
  if (part == Part::sum && is_array(type)) return "an array has no sum; use a unique field";
  if (part == Part::sum && type == FieldType::timestamp)
    return "a sum of times means nothing; use a number, float or text field";
  return {};
}

}  // namespace

bool may_play(const StandardField& field, Part part) noexcept {
  return barred(field.name, field.type, part).empty() && !is_array(field.type);
}

std::vector<FieldId> FieldLists::read(std::string_view key, Part part) {
  std::vector<FieldId> ids;
  const std::vector<Node>* items = rule_.list(key);
  if (items == nullptr) return ids;
  for (const Node& item : *items) {
    if (rule_.findings().full()) break;
    FieldId id = 0;
    if (read_field(item, key, part, id) && is_free(item, key, id)) ids.push_back(id);
  }
  return ids;
}

bool FieldLists::read_field(const Node& node, std::string_view key, Part part, FieldId& id) {
  Findings& findings = rule_.findings();
  if (node.kind == Node::Kind::broken) return false;
  if (node.kind != Node::Kind::scalar || node.text.empty() || node.text.size() > max_field_name ||
      has_control(node.text)) {
    findings.error(node, fmt::format("{} must hold names of fields, not {}", key, describe(node)));
    return false;
  }
  try {
    id = field_id(node.text);
  } catch (const Failure& failure) {
    findings.error(node, failure.what());
    return false;
  }
  const FieldType type = field_type(id);
  if (const auto why = barred(node.text, type, part); !why.empty()) {
    findings.error(
        node, fmt::format("{} cannot be {} field: {}", quote(node.text), part_name(part), why));
    return false;
  }
  if (is_array(type)) {
    findings.error(node, not_supported(fmt::format("the array field {} as {} field",
                                                   quote(node.text), part_name(part))));
    return false;
  }
  return true;
}

bool FieldLists::is_free(const Node& node, std::string_view key, FieldId id) {
  const auto [found, added] = taken_.emplace(id, Place{key, node.offset});
  if (added) return true;
  const Place& first = found->second;
  Findings& findings = rule_.findings();
  if (first.key == key)
    findings.error(node, fmt::format("{} is in {} twice, first on line {}; remove one",
                                     quote(node.text), key, findings.line(first.offset)));
  else
    findings.error(node, fmt::format("{} is in {} too, on line {}; a field plays one part, so "
                                     "remove one",
                                     quote(node.text), first.key, findings.line(first.offset)));
  return false;
}

}  // namespace weir::rule
