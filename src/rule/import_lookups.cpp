#include "rule/import_lookups.h"

#include <fmt/format.h>

#include <algorithm>
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

ImportedLookups::Stub ImportedLookups::make(const filter::Lookup& lookup,
                                            const KumaLookup& place) const {
  Stub stub;
  stub.kind = lookup.kind;
  stub.name = lookup.name;
  stub.offset = place.offset;
  if (const auto id = parse_uuid(lookup.name)) {
    stub.id = to_string(*id);
    stub.name = fmt::format("{} {}", kind_name(lookup.kind), stub.id.substr(0, 8));
    if (by_name_.contains({lookup.kind, stub.name}))
      stub.name = fmt::format("{} {}", kind_name(lookup.kind), stub.id);
  }
  if (lookup.kind != lookup::Kind::context_table) return stub;
  stub.keys_are_named = place.key_map != nullptr;
  if (place.key_map == nullptr)
    for (const FieldId key : lookup.keys) stub.keys.emplace_back(field_name(key));
  else
    for (std::size_t i = 0; i < place.key_map->pairs(); ++i)
      stub.keys.push_back(place.key_map->key(i).text);
  return stub;
}

void ImportedLookups::take(filter::Lookup& lookup, const KumaLookup& place, Findings& findings) {
  // In either case an id is the same one; and a name may be that of a stub that stands for an id.
  const auto id = parse_uuid(lookup.name);
  const Key key(lookup.kind, id ? to_string(*id) : lookup.name);
  const auto named = by_name_.find(key);
  const auto [found, added] =
      by_id_.emplace(key, named == by_name_.end() ? stubs_.size() : named->second);
  if (added && found->second == stubs_.size()) {
    stubs_.push_back(make(lookup, place));
    by_name_.emplace(Key(lookup.kind, stubs_.back().name), found->second);
    if (stubs_.size() == max_stubs)
      findings.error(place.offset,
                     fmt::format("more than {} lookups are named; import what names them in "
                                 "parts",
                                 max_stubs));
    if (count_code_points(lookup.name) > max_name)
      findings.error(place.offset,
                     fmt::format("the name of a lookup has at most {} characters", max_name));
  }
  Stub& stub = stubs_[found->second];
  if (!lookup.column.empty() && stub.known.insert(lookup.column).second) {
    if (takes_column(stub, lookup.column, place, findings)) stub.columns.push_back(lookup.column);
    if (stub.columns.size() == max_columns)
      findings.error(place.offset, fmt::format("the filters name more than {} columns of {}; "
                                               "import them in parts",
                                               max_columns, quote(stub.name)));
  }
  if (lookup.index) stub.lists.insert(lookup.column);
  lookup.name = stub.name;
}

// What is refused makes the conditions that ask for it fail.
bool ImportedLookups::takes_column(Stub& stub, const std::string& column, const KumaLookup& place,
                                   Findings& findings) {
  if (count_code_points(column) > max_name) {
    findings.error(place.offset,
                   fmt::format("the name of a column has at most {} characters", max_name));
    return false;
  }
  const auto key = std::find(stub.keys.begin(), stub.keys.end(), column);
  if (key == stub.keys.end()) return true;
  if (stub.keys_are_named) {
    findings.error(place.offset, fmt::format("{} is a key of {}, and a condition asks for other "
                                             "columns; ask for the event field of that key",
                                             quote(column), quote(stub.name)));
    return false;
  }
  do {
    *key += " key";
  } while (stub.known.contains(*key) || std::count(stub.keys.begin(), stub.keys.end(), *key) > 1);
  return true;
}

void ImportedLookups::use(const filter::Operand& operand) {
  const auto* lookup = std::get_if<filter::Lookup>(&operand);
  if (lookup != nullptr) use(lookup->kind, lookup->name);
}

void ImportedLookups::use(lookup::Kind kind, const std::string& name) {
  const auto found = by_name_.find({kind, name});
  if (found != by_name_.end()) stubs_[found->second].used = true;
}

void ImportedLookups::use(const filter::Node& tree) {
  using filter::Operator;
  for (const filter::Node& child : tree.children) use(child);
  if (tree.type != filter::Node::Type::condition) return;
  use(tree.left);
  use(tree.right);
  if (tree.op == Operator::has_vulnerability || tree.op == Operator::in_category)
    singles_.emplace(lookup::Kind::assets, tree.span.begin);
  if (tree.op == Operator::in_active_directory_group)
    singles_.emplace(lookup::Kind::directory, tree.span.begin);
}

lookup::Tables ImportedLookups::tables() const {
  lookup::Tables tables;
  for (const lookup::Kind kind : {lookup::Kind::assets, lookup::Kind::directory})
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

std::string ImportedLookups::written(const Stub& stub) {
  std::string out;
  if (!stub.id.empty()) out += fmt::format("    id: {}\n", yaml_text(stub.id));
  const bool typed = stub.kind == lookup::Kind::context_table;
  if (typed) out += fmt::format("    keys: {}\n", with_names(stub.keys, {}));
  if (!stub.columns.empty())
    out += fmt::format("    columns: {}\n",
                       typed ? with_names(stub.columns, stub.lists) : yaml_list(stub.columns, 6));
  return fmt::format("  {}:{}{}", yaml_text(stub.name), out.empty() ? " {}\n" : "\n", out);
}

std::string ImportedLookups::document(Findings& findings) const {
  constexpr std::array<std::pair<lookup::Kind, std::string_view>, 4> sections{{
      {lookup::Kind::dictionary, "dictionaries"},
      {lookup::Kind::table, "tables"},
      {lookup::Kind::active_list, "active_lists"},
      {lookup::Kind::context_table, "context_tables"},
  }};
  constexpr std::string_view remedy =
      "without entries: give it some, or a file, or fill it from the host";
  std::string out;
  for (const auto& [kind, section] : sections) {
    std::string inside;
    for (const Stub& stub : stubs_) {
      if (stub.kind != kind || !stub.used) continue;
      inside += written(stub);
      findings.warning(
          stub.offset,
          fmt::format("the {} {} is not here; {} stands for it, {}", kind_name(kind),
                      quote(stub.id.empty() ? stub.name : stub.id), quote(stub.name), remedy));
    }
    if (!inside.empty()) out += fmt::format("{}:\n{}", section, inside);
  }
  for (const auto& [kind, offset] : singles_) {
    out += fmt::format("{}: {{}}\n", kind_name(kind));
    findings.warning(offset, fmt::format("this asks for {}, which are not here; '{}' stands for "
                                         "them, {}",
                                         kind == lookup::Kind::assets ? "assets" : "accounts",
                                         kind_name(kind), remedy));
  }
  return out;
}

}  // namespace weir::rule
