#include "rule/mapping_constant.h"

#include <fmt/format.h>

#include <string_view>

#include "base/text.h"
#include "event/rfc3339.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

// As the document's language reads it.
Constant as_written(const Node& value) {
  if (!is_typed(value)) return value.text;
  if (const auto number = parse_integer(value.text)) return *number;
  if (const auto number = parse_number(value.text)) return *number;
  if (value.text == "true") return true;
  if (value.text == "false") return false;
  return value.text;  // a number or a bool in one of YAML's rarer spellings
}

// nullopt: it does not fit.
std::optional<Constant> fit(const Node& value, FieldType type) {
  switch (type) {
    case FieldType::text:
      return value.text;
    case FieldType::number:
      if (const auto number = parse_integer(value.text)) return *number;
      return std::nullopt;
    case FieldType::timestamp:
      if (const auto number = parse_integer(value.text)) return *number;
      if (const auto time = parse_rfc3339(value.text)) return *time;
      return std::nullopt;
    case FieldType::floating:
      if (const auto number = parse_number(value.text)) return *number;
      return std::nullopt;
    case FieldType::any:
      return as_written(value);
    default:
      return std::nullopt;
  }
}

std::string_view wanted(FieldType type) noexcept {
  switch (type) {
    case FieldType::number:
      return "a whole number";
    case FieldType::timestamp:
      return "milliseconds since the epoch or a time such as 2024-01-31T23:59:59Z";
    case FieldType::floating:
      return "a number";
    default:
      return "one value";
  }
}

}  // namespace

std::optional<Constant> read_mapping_constant(const Node& name, const Node& value, FieldType type,
                                              Findings& findings) {
  if (value.kind == Node::Kind::broken) return std::nullopt;
  if (is_array(type)) {
    findings.error(name, fmt::format("{} holds arrays, and a constant is one value; name another "
                                     "field",
                                     quote(name.text)));
    return std::nullopt;
  }
  const bool scalar = value.kind == Node::Kind::scalar && !value.text.empty();
  auto constant = scalar ? fit(value, type) : std::nullopt;
  if (!constant)
    findings.error(value, fmt::format("the constant of {} must be {}, not {}", quote(name.text),
                                      wanted(type), describe(value)));
  return constant;
}

}  // namespace weir::rule
