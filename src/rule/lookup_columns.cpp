#include "rule/lookup_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace weir::rule {

namespace {

using lookup::Column;

constexpr std::string_view list_prefix = "list of ";

struct ColumnType {
  std::string_view name;
  FieldType type;
  FieldType list;
  lookup::Form form = lookup::Form::plain;
  lookup::Form list_form = lookup::Form::plain;
};

constexpr std::array<ColumnType, 6> column_types{
    {{"string", FieldType::text, FieldType::text_array},
     {"integer", FieldType::number, FieldType::number_array},
     {"float", FieldType::floating, FieldType::float_array},
     {"boolean", FieldType::text, FieldType::text_array, lookup::Form::boolean,
      lookup::Form::boolean},
     {"timestamp", FieldType::timestamp, FieldType::number_array, lookup::Form::plain,
      lookup::Form::time},
     {"ip", FieldType::text, FieldType::text_array, lookup::Form::address, lookup::Form::address}}};

std::optional<Column> column_of(const std::string& name, std::string_view type) {
  const bool list = type.starts_with(list_prefix);
  if (list) type.remove_prefix(list_prefix.size());
  for (const ColumnType& known : column_types)
    if (known.name == type)
      return Column{name, list ? known.list : known.type, list ? known.list_form : known.form};
  return std::nullopt;
}

std::vector<std::string_view> column_names(const std::vector<Column>& columns) {
  std::vector<std::string_view> all;
  for (const Column& column : columns) all.emplace_back(column.name);
  return all;
}

// Reports what is wrong with one more name.
bool check_name(const Node& name, std::string_view key, const std::vector<Column>& before,
                Findings& findings) {
  if (name.kind == Node::Kind::broken) return false;
  if (name.kind != Node::Kind::scalar || name.is_null()) {
    findings.error(name, fmt::format("{} holds names of columns, not {}", key, describe(name)));
    return false;
  }
  const std::size_t size = count_code_points(name.text);
  if (size == 0 || size > max_name) {
    findings.error(name, fmt::format("the name of a column must have 1 to {} characters, not {}",
                                     max_name, size));
    return false;
  }
  const auto known = column_names(before);
  if (std::find(known.begin(), known.end(), name.text) != known.end()) {
    findings.error(name,
                   fmt::format("{} has the column {} twice; remove one", key, quote(name.text)));
    return false;
  }
  if (before.size() < most_columns) return true;
  findings.error(name,
                 fmt::format("{} has more than {} columns; leave some out", key, most_columns));
  return false;
}

void read_type(const Node& name, const Node& type, bool scalar, std::vector<Column>& columns,
               Findings& findings) {
  if (type.kind == Node::Kind::broken) return;
  std::vector<std::string_view> words;
  for (const ColumnType& known : column_types) words.push_back(known.name);
  std::optional<Column> column;
  if (type.kind == Node::Kind::scalar) column = column_of(name.text, type.text);
  if (column && !(scalar && is_array(column->type))) {
    columns.push_back(std::move(*column));
    return;
  }
  std::string hint = type.kind == Node::Kind::scalar ? suggest(type.text, words) : "";
  findings.error(
      type,
      fmt::format("the type of {} must be {}{}, not {}{}", quote(name.text), fmt::join(words, ", "),
                  scalar ? "" : ", or 'list of' one of them", describe(type), hint));
}

}  // namespace

std::vector<Column> read_column_names(const SettingsMap& map, std::string_view key) {
  std::vector<Column> columns;
  const std::vector<Node>* const list = map.list(key);
  if (list == nullptr) return columns;
  if (list->empty())
    map.findings().error(*map.find(key),
                         fmt::format("{} is empty; name a column, or leave '{}' out", key, key));
  for (const Node& name : *list) {
    if (map.findings().full()) break;
    if (check_name(name, key, columns, map.findings())) columns.push_back({name.text});
  }
  return columns;
}

std::vector<Column> read_column_types(const SettingsMap& map, std::string_view key, bool scalar) {
  std::vector<Column> columns;
  const Node* const node = map.find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return columns;
  if (node->kind != Node::Kind::map || node->pairs() == 0) {
    map.findings().error(
        *node, fmt::format("{} must be a map of names to types, such as {{user: string}}, not {}",
                           key, node->kind == Node::Kind::map ? "an empty one" : describe(*node)));
    return columns;
  }
  for (std::size_t i = 0; i < node->pairs() && !map.findings().full(); ++i) {
    const Node& name = node->key(i);
    // Keys that are no text, or that stand there twice, have been reported with the map.
    if (name.kind != Node::Kind::scalar || name.is_null()) continue;
    if (&node->value(i) != find_value(*node, name.text)) continue;
    if (check_name(name, key, columns, map.findings()))
      read_type(name, node->value(i), scalar, columns, map.findings());
  }
  return columns;
}

void check_apart(const SettingsMap& map, const std::vector<Column>& keys,
                 const std::vector<Column>& columns) {
  const auto taken = column_names(keys);
  for (const Column& column : columns)
    if (std::find(taken.begin(), taken.end(), column.name) != taken.end())
      map.findings().error(*map.find("columns"),
                           fmt::format("the column {} is a key already; remove it from 'columns'",
                                       quote(column.name)));
}

}  // namespace weir::rule
