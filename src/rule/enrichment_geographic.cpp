// `type: geographic`: where an address is, from a file beside the document.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "rule/enrichment_type.h"
#include "rule/fields.h"
#include "rule/lookup_file.h"

namespace weir::rule {

namespace {

using enrich::GeoTarget;
using lookup::GeoColumn;
using lookup::GeoDatabase;

constexpr std::array<Word, 3> geographic_keys{{{"source"}, {"data"}, {"mapping"}}};
constexpr std::array<std::string_view, lookup::geo_columns> geo_column_names{
    "country", "region", "city", "latitude", "longitude"};
constexpr std::string_view geo_mapping_remedy =
    "name columns and the fields that they fill, such as {country: SourceCountry}";

std::optional<FieldId> read_source(const EnrichmentMap& rule) {
  const auto field = rule.field("source", "name the field that holds the address");
  if (!field) return std::nullopt;
  const FieldType type = field_type(*field, rule.schema);
  if (type == FieldType::text || type == FieldType::any) return field;
  rule.findings().error(
      *rule.map.find("source"),
      fmt::format("{} has the type {}, and an address is text; name a field such as SourceAddress",
                  quote(field_name(*field)), type_name(type)));
  return std::nullopt;
}

std::shared_ptr<const GeoDatabase> read_data(const EnrichmentMap& rule) {
  const Node* const place =
      rule.map.require("data", "name a CSV file or a MaxMind database (.mmdb)");
  const auto path = rule.map.text("data", 1, max_path);
  if (place == nullptr || !path) return nullptr;
  const std::string resolved = resolve_path(rule.directory, *path);
  std::string problem;
  const auto content = read_file(resolved, problem);
  if (!content) {
    rule.findings().error(
        *place,
        fmt::format("'{}' cannot be read: {}; correct the path, or the file", resolved, problem));
    return nullptr;
  }
  try {
    return std::make_shared<const GeoDatabase>(GeoDatabase::parse(content->view()));
  } catch (const Failure& failure) {
    const Position& at = failure.position();
    const std::string where =
        at.line == 0 ? "" : fmt::format(", line {}, column {}", at.line, at.column);
    rule.findings().error(*place, fmt::format("'{}'{}: {}", resolved, where, failure.what()));
    return nullptr;
  }
}

// As it is written in the CSV, or in any other case.
std::optional<GeoColumn> read_column(const Node& node, Findings& findings) {
  std::string name = node.text;
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const auto* const found = std::find(geo_column_names.begin(), geo_column_names.end(), name);
  if (found != geo_column_names.end())
    return static_cast<GeoColumn>(found - geo_column_names.begin());
  findings.error(node,
                 fmt::format("{} is no column of places; there are {}{}", describe(node),
                             fmt::join(geo_column_names, ", "),
                             suggest(name, {geo_column_names.begin(), geo_column_names.end()})));
  return std::nullopt;
}

bool may_hold(FieldType type, GeoColumn column) noexcept {
  const bool degrees = column == GeoColumn::latitude || column == GeoColumn::longitude;
  return type == FieldType::text || type == FieldType::any ||
         (degrees && type == FieldType::floating);
}

std::optional<FieldId> read_target(const EnrichmentMap& rule, const Node& node, GeoColumn column) {
  const auto field = read_field(node, "mapping must name fields", rule.schema, rule.findings());
  if (!field) return std::nullopt;
  const FieldType type = field_type(*field, rule.schema);
  if (may_hold(type, column)) return field;
  rule.findings().error(
      node, fmt::format("{} has the type {}, which cannot hold a {}; name a field of type {}",
                        quote(field_name(*field)), type_name(type),
                        geo_column_names[static_cast<std::size_t>(column)],
                        column < GeoColumn::latitude ? "string" : "float or string"));
  return std::nullopt;
}

// Reports a column or a field that is there already.
bool is_new(const GeoTarget& row, const Node& key, const Node& value,
            const std::vector<GeoTarget>& before, Findings& findings) {
  for (const GeoTarget& other : before) {
    if (other.column == row.column) {
      findings.error(key, fmt::format("mapping has the column {} twice; remove one",
                                      geo_column_names[static_cast<std::size_t>(row.column)]));
      return false;
    }
    if (other.target == row.target) {
      findings.error(value, fmt::format("mapping fills {} twice; remove one of the columns",
                                        quote(field_name(row.target))));
      return false;
    }
  }
  return true;
}

std::vector<GeoTarget> read_mapping(const EnrichmentMap& rule, const GeoDatabase* data) {
  std::vector<GeoTarget> mapping;
  for (const auto& [key, value] : rule.rows("mapping", geo_mapping_remedy)) {
    if (rule.findings().full()) break;
    // Keys that are no text, or that stand there twice, have been reported with the map.
    if (key->kind != Node::Kind::scalar || key->is_null()) continue;
    if (value != find_value(*rule.map.find("mapping"), key->text)) continue;
    const auto column = read_column(*key, rule.findings());
    if (!column) continue;
    const auto target = read_target(rule, *value, *column);
    if (!target) continue;
    const GeoTarget row{*column, *target};
    if (!is_new(row, *key, *value, mapping, rule.findings())) continue;
    mapping.push_back(row);
    if (data != nullptr && !data->columns().has(*column))
      rule.findings().warning(*key,
                              fmt::format("the data have no {}, so {} is never filled; remove "
                                          "the row, or use other data",
                                          geo_column_names[static_cast<std::size_t>(*column)],
                                          quote(field_name(*target))));
  }
  return mapping;
}

std::optional<enrich::Kind> read_geographic(const EnrichmentMap& rule) {
  const std::size_t errors = rule.findings().errors();
  enrich::GeographicSettings settings;
  const auto source = read_source(rule);
  settings.data = read_data(rule);
  settings.mapping = read_mapping(rule, settings.data.get());
  if (!source || rule.findings().errors() != errors) return std::nullopt;
  settings.source = *source;
  return settings;
}

}  // namespace

const EnrichmentType geographic_type{"geographic", geographic_keys, read_geographic};

}  // namespace weir::rule
