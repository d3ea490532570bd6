#include "rule/statistics.h"

#include <fmt/format.h>

namespace weir::rule {

namespace {

using aggregate::Function;

constexpr std::array<Word, 3> statistic_keys{{{"field"}, {"function"}, {"into"}}};

bool is_whole(FieldType type) noexcept {
  return type == FieldType::number || type == FieldType::timestamp;
}

// Why there is no such statistic of a field, with the remedy; "" if there is. Of an array there is
// none: what it would be of (its elements, the whole of it) nobody could guess.
std::string_view lacks(std::string_view field, FieldType type, Function function) noexcept {
  if (field == "Extra") return "is a map; name one of its keys: Extra.<key>";
  if (type == FieldType::structured) return "holds structured data; name another field";
  if (type == FieldType::text_array || type == FieldType::number_array ||
      type == FieldType::float_array)
    return "holds arrays; list it under unique_fields";
  if (function == Function::avg && type == FieldType::text)
    return "holds text, of which there is no average; name a number or float field";
  return {};
}

// What `into` must be, given what it is; "" if it fits.
std::string_view wanted(Function function, FieldType field, FieldType into) noexcept {
  const bool any = into == FieldType::any;
  if (function == Function::distinct)
    return any || into == FieldType::number ? "" : "a number field";
  if (function == Function::avg) return any || into == FieldType::floating ? "" : "a float field";
  if (any || field == into) return {};
  switch (field) {
    case FieldType::number:
    case FieldType::timestamp:
      return is_whole(into) || into == FieldType::floating ? "" : "a number or float field";
    case FieldType::floating:
      return "a float field";
    case FieldType::text:
      return "a text field";
    default:
      return "another field";  // of an open schema, whose only other type is time
  }
}

class StatisticReader {
 public:
  StatisticReader(const Node& item, Schema schema, FieldLists& lists, Findings& findings)
      : map_(item, statistic_keys, findings), schema_(schema), lists_(lists) {}

  std::optional<aggregate::Statistic> read();

 private:
  std::optional<FieldId> read_name(std::string_view key, std::string_view remedy) const;
  bool check(const aggregate::Statistic& statistic, const Node& field, const Node& into) const;

  SettingsMap map_;
  Schema schema_;
  FieldLists& lists_;
};

std::optional<FieldId> StatisticReader::read_name(std::string_view key,
                                                  std::string_view remedy) const {
  const Node* node = map_.require(key, remedy);
  if (node == nullptr) return std::nullopt;
  return read_field(*node, fmt::format("{} must name a field", key), schema_, map_.findings());
}

std::optional<aggregate::Statistic> StatisticReader::read() {
  const auto field = read_name("field", "name the field that the statistic is of");
  map_.require("function", "write min, max, avg, first, last or distinct");
  const auto function = map_.choice("function", function_words);
  const auto into = read_name("into", "name the field that holds the result");
  const Node* place = map_.find("into");
  if (into && !lists_.take(*place, *into, "statistics", Part::result)) return std::nullopt;
  if (!field || !function || !into) return std::nullopt;
  const aggregate::Statistic statistic{*field, static_cast<Function>(*function), *into};
  if (!check(statistic, *map_.find("field"), *place)) return std::nullopt;
  return statistic;
}

bool StatisticReader::check(const aggregate::Statistic& statistic, const Node& field,
                            const Node& into) const {
  const FieldType type = field_type(statistic.field, schema_);
  if (const auto why = lacks(field.text, type, statistic.function); !why.empty()) {
    map_.findings().error(field, fmt::format("{} {}", quote(field.text), why));
    return false;
  }
  const FieldType into_type = field_type(statistic.into, schema_);
  const auto type_wanted = wanted(statistic.function, type, into_type);
  if (type_wanted.empty()) return true;
  map_.findings().error(
      into,
      fmt::format("{} is a {} field, which does not hold '{}' of {}; name {}", quote(into.text),
                  into_type == FieldType::text ? "text" : type_name(into_type),
                  function_words[static_cast<std::size_t>(statistic.function)].text,
                  quote(field.text), type_wanted));
  return false;
}

}  // namespace

std::vector<aggregate::Statistic> read_statistics(const SettingsMap& rule, Schema schema,
                                                  FieldLists& lists) {
  std::vector<aggregate::Statistic> statistics;
  const std::vector<Node>* items = rule.list("statistics");
  if (items == nullptr) return statistics;
  for (const Node& item : *items) {
    if (rule.findings().full()) break;
    if (item.kind == Node::Kind::broken) continue;
    if (item.kind != Node::Kind::map) {
      rule.findings().error(item, fmt::format("a statistic must be a map with 'field', 'function' "
                                              "and 'into', not {}",
                                              describe(item)));
      continue;
    }
    if (const auto statistic = StatisticReader(item, schema, lists, rule.findings()).read())
      statistics.push_back(*statistic);
  }
  return statistics;
}

}  // namespace weir::rule
