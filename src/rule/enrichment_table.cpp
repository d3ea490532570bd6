// `type: table`.
#include <fmt/format.h>

#include <algorithm>

#include "rule/enrichment_fields.h"
#include "rule/enrichment_type.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 3> table_keys{{{"table"}, {"keys"}, {"mapping"}}};

constexpr std::array<lookup::Kind, 3> table_kinds{lookup::Kind::table, lookup::Kind::active_list,
                                                  lookup::Kind::context_table};

void report_unknown(const EnrichmentMap& rule, const Node& node, const lookup::Tables& tables) {
  std::string hint;
  if (tables.find(lookup::Kind::dictionary, node.text) != nullptr)
    hint = ", but there is a dictionary of that name; write 'type: dictionary'";
  if (hint.empty()) {
    std::vector<std::string_view> names;
    for (const lookup::Kind kind : table_kinds)
      for (const std::string_view name : tables.names(kind)) names.push_back(name);
    hint = suggest(node.text, names);
  }
  if (hint.empty()) hint = "; declare it under 'tables', 'active_lists' or 'context_tables'";
  rule.findings().error(node, fmt::format("unknown table {}{}", quote(node.text), hint));
}

// The lookup that the rule names; null, with the reason reported, if it is not clear which.
const lookup::Table* find_table(const EnrichmentMap& rule, std::string& name) {
  const Node* const node = rule.map.require("table",
                                            "name a table, an active list or a context "
                                            "table, or write its id");
  auto text = rule.map.text("table", 1, max_name);
  if (!text || node == nullptr) return nullptr;
  name = std::move(*text);
  const lookup::Tables none;
  const lookup::Tables& tables = rule.tables == nullptr ? none : *rule.tables;
  const lookup::Table* found = nullptr;
  for (const lookup::Kind kind : table_kinds) {
    const lookup::NamedTable* const named = tables.find(kind, name);
    if (named == nullptr) continue;
    if (found != nullptr) {
      rule.findings().error(
          *node, fmt::format("there are {} and {} of the name {}; write the id of "
                             "the one that is meant",
                             kind_with_article(found->shape().kind), kind_with_article(kind),
                             quote(name)));
      return nullptr;
    }
    found = named->rows.get();
  }
  if (found == nullptr) report_unknown(rule, *node, tables);
  return found;
}

void check_column(const EnrichmentMap& rule, const Node& key, const Node& value, FieldId target,
                  const lookup::Table& table) {
  const lookup::Shape& shape = table.shape();
  const std::size_t column = table.column(key.text);
  if (column == lookup::Table::no_column) {
    std::vector<std::string_view> names;
    for (const lookup::Column& one : shape.columns) names.push_back(one.name);
    std::string hint = suggest(key.text, names);
    if (hint.empty()) hint = "; name one of its columns, or declare it under 'columns'";
    rule.findings().error(key,
                          fmt::format("the {} {} has no column {}{}", lookup::kind_name(shape.kind),
                                      quote(rule.map.find("table")->text), quote(key.text), hint));
  } else if (is_array(shape.columns[column].type) && !is_array(field_type(target, rule.schema))) {
    rule.findings().error(value, fmt::format("{} is a list, and {} holds one value; name an array "
                                             "field such as SA.x",
                                             quote(key.text), quote(value.text)));
  }
}

std::vector<enrich::ColumnTarget> read_mapping(const EnrichmentMap& rule,
                                               const lookup::Table* table) {
  std::vector<enrich::ColumnTarget> mapping;
  for (const auto& [key, value] : rule.rows("mapping", "write 'column: Field' for each")) {
    if (rule.findings().full()) break;
    if (key->kind != Node::Kind::scalar || key->is_null()) continue;  // has been reported
    const auto target = read_value_field(rule, *value, "mapping must hold names of fields");
    if (!target) continue;
    if (table != nullptr) check_column(rule, *key, *value, *target, *table);
    const bool twice =
        std::any_of(mapping.begin(), mapping.end(),
                    [&](const enrich::ColumnTarget& row) { return row.target == *target; });
    if (twice && !is_array(field_type(*target, rule.schema)))
      rule.findings().error(*value, fmt::format("{} is filled from another column already; remove "
                                                "one of the two",
                                                quote(value->text)));
    mapping.push_back({key->text, *target});
  }
  return mapping;
}

std::optional<enrich::Kind> read_table(const EnrichmentMap& rule) {
  enrich::TableSettings settings;
  const lookup::Table* const table = find_table(rule, settings.table);
  settings.keys = read_key_fields(rule);
  settings.mapping = read_mapping(rule, table);
  if (table == nullptr) return settings;
  const std::size_t wanted = table->shape().keys.size();
  if (table->shape().kind == lookup::Kind::context_table && !settings.keys.empty() &&
      settings.keys.size() != wanted)
    rule.findings().error(
        *rule.map.find("keys"),
        fmt::format("the context table {} has {} key field{}; name an event "
                    "field for each, not {}",
                    quote(settings.table), wanted, wanted == 1 ? "" : "s", settings.keys.size()));
  return settings;
}

}  // namespace

const EnrichmentType table_type{"table", table_keys, read_table};

}  // namespace weir::rule
