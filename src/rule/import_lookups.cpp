#include "rule/import_lookups.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "base/uuid.h"
#include "event/schema.h"
#include "rule/settings_map.h"
#include "rule/yaml_writer.h"

namespace weir::rule {

namespace {

// Far beyond what anybody has; look-up in the finished tables is a search.
constexpr std::size_t max_stubs = 2'000;
constexpr std::size_t max_columns = 1'000;  // of one

std::string with_names(const std::vector<std::string>& names, const std::set<std::string>& lists) {
  std::string out = "{";
  for (const std::string& name : names)
    out += fmt::format("{}{}: {}", out.size() > 1 ? ", " : "", yaml_flow_text(name),
                       lists.contains(name) ? "list of string" : "string");
  return out + "}";
}

}  // namespace

ImportedLookups::Stub ImportedLookups::make(const filter::Lookup& lookup, const KumaLookup& place) {
  Stub stub;
  stub.kind = lookup.kind;
  stub.name = lookup.name;
  if (parse_uuid(lookup.name)) {
    stub.id = lookup.name;
    stub.name = fmt::format("{} {}", kind_name(lookup.kind), lookup.name.substr(0, 8));
    if (names_.contains({lookup.kind, stub.name}))
      stub.name = fmt::format("{} {}", kind_name(lookup.kind), lookup.name);
  }
  if (lookup.kind != lookup::Kind::context_table) return stub;
  if (place.key_map == nullptr)
    for (const FieldId key : lookup.keys) stub.keys.emplace_back(field_name(key));
  else
    for (std::size_t i = 0; i < place.key_map->pairs(); ++i)
      stub.keys.push_back(place.key_map->key(i).text);
  return stub;
}

void ImportedLookups::take(filter::Lookup& lookup, const KumaLookup& place, Findings& findings) {
  const auto [found, added] = by_id_.emplace(std::pair(lookup.kind, lookup.name), stubs_.size());
  if (added) {
    stubs_.push_back(make(lookup, place));
    names_.emplace(lookup.kind, stubs_.back().name);
    if (stubs_.size() == max_stubs)
      findings.error(place.offset, fmt::format("the filters name more than {} lookups; import them "
                                               "in parts",
                                               max_stubs));
    if (count_code_points(lookup.name) > max_name)
      findings.error(place.offset,
                     fmt::format("the name of a lookup has at most {} characters", max_name));
    findings.warning(
        place.offset,
        fmt::format("the {} {} is not here; {} stands for it, without entries: give it "
                    "some, or a file, or fill it from the host",
                    kind_name(lookup.kind), quote(lookup.name), quote(stubs_.back().name)));
  }
  Stub& stub = stubs_[found->second];
  if (!lookup.column.empty() && stub.known.insert(lookup.column).second) {
    stub.columns.push_back(lookup.column);
    if (stub.columns.size() == max_columns)
      findings.error(place.offset, fmt::format("the filters name more than {} columns of {}; "
                                               "import them in parts",
                                               max_columns, quote(stub.name)));
  }
  if (lookup.index) stub.lists.insert(lookup.column);
  lookup.name = stub.name;
}

void ImportedLookups::take_single(lookup::Kind kind, const filter::Node& condition,
                                  Findings& findings) {
  if (!singles_.insert(kind).second) return;
  findings.warning(
      condition.span.begin,
      fmt::format("the filter asks for {}, which are not here; '{}' stands for them, "
                  "without entries: give it some, or a file, or fill it from the host",
                  kind == lookup::Kind::assets ? "assets" : "accounts", kind_name(kind)));
}

void ImportedLookups::take(const filter::Node& tree, Findings& findings) {
  if (tree.type == filter::Node::Type::condition) {
    if (tree.op == filter::Operator::has_vulnerability || tree.op == filter::Operator::in_category)
      take_single(lookup::Kind::assets, tree, findings);
    if (tree.op == filter::Operator::in_active_directory_group)
      take_single(lookup::Kind::directory, tree, findings);
  }
  for (const filter::Node& child : tree.children) take(child, findings);
}

lookup::Tables ImportedLookups::tables() const {
  lookup::Tables tables;
  for (const lookup::Kind kind : singles_)
    tables.add({"", "", std::make_shared<lookup::Table>(lookup::fixed_shape(kind))});
  for (const Stub& stub : stubs_) {
    lookup::Shape shape;
    if (stub.kind == lookup::Kind::dictionary) {
      shape = lookup::fixed_shape(stub.kind);
    } else {
      shape.kind = stub.kind;
      for (const std::string& key : stub.keys) shape.keys.push_back({key, FieldType::text});
      if (shape.keys.empty()) shape.keys.push_back({"key", FieldType::text});
      for (const std::string& column : stub.columns)
        shape.columns.push_back(
            {column, stub.lists.contains(column) ? FieldType::text_array : FieldType::text});
    }
    tables.add({stub.name, stub.id, std::make_shared<lookup::Table>(std::move(shape))});
  }
  return tables;
}

void ImportedLookups::append_columns(std::string& out, const Stub& stub) {
  if (stub.kind == lookup::Kind::context_table)
    out += fmt::format("    keys: {}\n", with_names(stub.keys, {}));
  if (stub.columns.empty()) return;
  out += stub.kind == lookup::Kind::context_table
             ? fmt::format("    columns: {}\n", with_names(stub.columns, stub.lists))
             : fmt::format("    columns: {}\n", yaml_list(stub.columns, 14));
}

std::string ImportedLookups::document() const {
  constexpr std::array<std::pair<lookup::Kind, std::string_view>, 4> sections{{
      {lookup::Kind::dictionary, "dictionaries"},
      {lookup::Kind::table, "tables"},
      {lookup::Kind::active_list, "active_lists"},
      {lookup::Kind::context_table, "context_tables"},
  }};
  std::string out;
  for (const auto& [kind, section] : sections) {
    bool begun = false;
    for (const Stub& stub : stubs_) {
      if (stub.kind != kind) continue;
      if (!begun) out += fmt::format("{}:\n", section);
      begun = true;
      out += fmt::format("  {}:", yaml_text(stub.name));
      std::string inside;
      if (!stub.id.empty()) inside += fmt::format("    id: {}\n", yaml_text(stub.id));
      append_columns(inside, stub);
      out += inside.empty() ? " {}\n" : "\n";
      out += inside;
    }
  }
  for (const lookup::Kind kind : singles_) out += fmt::format("{}: {{}}\n", kind_name(kind));
  return out;
}

}  // namespace weir::rule
