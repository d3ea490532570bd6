#include "rule/lookups.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "base/uuid.h"
#include "lookup/import.h"
#include "rule/lookup_columns.h"
#include "rule/lookup_entries.h"
#include "rule/lookup_file.h"
#include "rule/quantity.h"

namespace weir::rule {

namespace {

using lookup::Kind;

constexpr std::array<Word, 4> declared_dictionary_keys{{{"id"}, {"entries"}, {"file"}, {"format"}}};
constexpr std::array<Word, 6> declared_table_keys{
    {{"id"}, {"keys"}, {"columns"}, {"entries"}, {"file"}, {"format"}}};
constexpr std::array<Word, 7> declared_list_keys{
    {{"id"}, {"ttl"}, {"keys"}, {"columns"}, {"entries"}, {"file"}, {"format"}}};
constexpr std::array<Word, 3> declared_single_keys{{{"entries"}, {"file"}, {"format"}}};

struct Section {
  std::string_view key;
  Kind kind;
  std::span<const Word> keys;  // of each of its lookups
  std::string_view named;      // one of them, for messages
};

constexpr std::array<Section, 6> lookup_sections{
    {{"dictionaries", Kind::dictionary, declared_dictionary_keys, "a dictionary"},
     {"tables", Kind::table, declared_table_keys, "a table"},
     {"active_lists", Kind::active_list, declared_list_keys, "an active list"},
     {"context_tables", Kind::context_table, declared_list_keys, "a context table"},
     {"assets", Kind::assets, declared_single_keys, "assets"},
     {"directory", Kind::directory, declared_single_keys, "directory"}}};

bool is_single(Kind kind) noexcept { return kind == Kind::assets || kind == Kind::directory; }

// Where a path starts that is relative even to the document's own folder, for messages.
std::string origin_of(const std::string& path) {
  std::error_code error;
  if (std::filesystem::path(path).is_absolute()) return {};
  const std::filesystem::path folder = std::filesystem::current_path(error);
  return error ? std::string() : fmt::format(" in '{}'", folder.string());
}

class LookupsReader {
 public:
  LookupsReader(std::string_view directory, std::vector<DeclaredTable>& declared,
                lookup::Tables& tables, Findings& findings)
      : directory_(directory), declared_(declared), tables_(tables), findings_(findings) {}

  void read_named(const Section& section, const Node& node);
  void read_one(const Section& section, const Node* name, const Node& node);
  void check_names() const;

 private:
  std::string read_id(const Section& section, const SettingsMap& map);
  lookup::Shape read_shape(const Section& section, const SettingsMap& map);
  std::optional<lookup::Table> read_rows(const SettingsMap& map, const lookup::Shape& shape);
  std::optional<lookup::Table> read_file_rows(const SettingsMap& map, const lookup::Shape& shape);
  std::optional<lookup::Format> read_format(const SettingsMap& map, const std::string& path);

  std::string_view directory_;
  std::vector<DeclaredTable>& declared_;
  lookup::Tables& tables_;
  Findings& findings_;
  using Key = std::pair<Kind, std::string>;
  std::map<Key, std::size_t> ids_;    // where each stands
  std::map<Key, const Node*> named_;  // those whose name has the form of an id
};

void LookupsReader::read_named(const Section& section, const Node& node) {
  if (node.kind == Node::Kind::broken) return;
  if (node.kind != Node::Kind::map) {
    findings_.error(node, fmt::format("{} must be a map of names, each to {}, not {}", section.key,
                                      section.named, describe(node)));
    return;
  }
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < node.pairs() && !findings_.full(); ++i) {
    const Node& name = node.key(i);
    // Keys that are no text, or that stand there twice, have been reported with the map.
    if (name.kind != Node::Kind::scalar || name.is_null()) continue;
    if (!names.insert(name.text).second) continue;
    const std::size_t size = count_code_points(name.text);
    if (size == 0 || size > max_name)
      findings_.error(name, fmt::format("the name of {} must have 1 to {} characters, not {}",
                                        section.named, max_name, size));
    else
      read_one(section, &name, node.value(i));
  }
}

void LookupsReader::read_one(const Section& section, const Node* name, const Node& node) {
  DeclaredTable made;
  const std::size_t errors = findings_.errors();
  if (name != nullptr) made.table.name = name->text;
  if (node.kind == Node::Kind::map) {
    const SettingsMap map(node, section.keys, findings_);
    made.table.id = read_id(section, map);
    const auto form = name == nullptr ? std::nullopt : parse_uuid(name->text);
    if (form && to_string(*form) != made.table.id)
      named_.emplace(Key(section.kind, to_string(*form)), name);
    lookup::Shape shape = read_shape(section, map);
    auto rows = read_rows(map, shape);
    made.filled = rows.has_value();
    made.table.rows =
        std::make_shared<lookup::Table>(rows ? std::move(*rows) : lookup::Table(std::move(shape)));
  } else {
    if (node.kind != Node::Kind::broken)
      findings_.error(node, fmt::format("{} must be a map, not {}; write {{}} for rows that the "
                                        "host gives",
                                        section.named, describe(node)));
    lookup::Shape shape = lookup::fixed_shape(section.kind);
    made.table.rows = std::make_shared<lookup::Table>(std::move(shape));
  }
  made.table.good = findings_.errors() == errors;
  tables_.add(made.table);
  declared_.push_back(std::move(made));
}

// A filter that says the one would get the other.
void LookupsReader::check_names() const {
  for (const auto& [key, name] : named_)
    if (const auto other = ids_.find(key); other != ids_.end())
      findings_.error(*name, fmt::format("the {} {} has the id of another for its name, given on "
                                         "line {}; rename it",
                                         lookup::kind_name(key.first), quote(name->text),
                                         findings_.line(other->second)));
}

std::string LookupsReader::read_id(const Section& section, const SettingsMap& map) {
  const Node* const node = map.find("id");
  const auto text = map.text("id", 1, max_name);
  if (!text || is_single(section.kind)) return {};
  const auto uuid = parse_uuid(*text);
  if (!uuid) {
    findings_.error(*node, fmt::format("id must be a UUID such as "
                                       "6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4d, not {}",
                                       describe(*node)));
    return {};
  }
  std::string id = to_string(*uuid);
  const auto [first, added] = ids_.emplace(std::pair(section.kind, id), node->offset);
  if (!added)
    findings_.error(*node, fmt::format("two lookups of '{}' have the id {}, the first on line {}; "
                                       "give one of them another, or none",
                                       section.key, id, findings_.line(first->second)));
  return id;
}

lookup::Shape LookupsReader::read_shape(const Section& section, const SettingsMap& map) {
  if (section.kind == Kind::dictionary || is_single(section.kind))
    return lookup::fixed_shape(section.kind);
  lookup::Shape shape;
  shape.kind = section.kind;
  if (section.kind == Kind::context_table) {
    map.require("keys", "name the fields that make the key, as in {user: string}");
    shape.keys = read_column_types(map, "keys", true);
    shape.columns = read_column_types(map, "columns", false);
  } else {
    shape.keys = read_column_names(map, "keys");
    shape.columns = read_column_names(map, "columns");
  }
  check_apart(map, shape.keys, shape.columns);
  if (shape.keys.empty()) shape.keys.emplace_back();
  if (section.kind != Kind::table)  // 0 as in KUMA
    shape.ttl = map.duration_or_zero("ttl", "for ever").value_or(Duration{});
  const Node* const entries = map.find("entries");
  if (shape.columns.empty() && entries != nullptr) add_columns(*entries, shape);
  return shape;
}

std::optional<lookup::Table> LookupsReader::read_rows(const SettingsMap& map,
                                                      const lookup::Shape& shape) {
  const Node* const entries = map.find("entries");
  const Node* const file = map.find("file");
  const Node* const format = map.find("format");
  if (entries != nullptr && file != nullptr)
    findings_.error(*file, "entries and file are both given; remove one of them");
  if (file == nullptr && format != nullptr)
    findings_.error(*format, "format says how a 'file' is written, and there is none; remove it");
  if (entries != nullptr) return read_entries(*entries, shape, findings_);
  return file == nullptr ? std::nullopt : read_file_rows(map, shape);
}

std::optional<lookup::Format> LookupsReader::read_format(const SettingsMap& map,
                                                         const std::string& path) {
  constexpr std::array<Word, 3> words{{{"csv"}, {"tsv"}, {"jsonl"}}};
  if (const Node* const given = map.find("format"); given != nullptr) {
    const auto index = map.choice("format", words);
    if (!index) return std::nullopt;
    return static_cast<lookup::Format>(*index + 1);
  }
  const auto format = lookup::format_of(path);
  if (!format)
    findings_.error(*map.find("file"), fmt::format("the name {} does not tell the format; add "
                                                   "'format: csv', tsv or jsonl",
                                                   quote(path)));
  return format;
}

std::optional<lookup::Table> LookupsReader::read_file_rows(const SettingsMap& map,
                                                           const lookup::Shape& shape) {
  const Node& place = *map.find("file");
  const auto path = map.text("file", 1, max_path);
  if (!path) return std::nullopt;
  const auto format = read_format(map, *path);
  if (!format) return std::nullopt;
  std::string problem;
  const std::string resolved = resolve_path(directory_, *path);
  const auto text = read_file(resolved, problem);
  if (!text) {
    findings_.error(place, fmt::format("'{}'{} cannot be read: {}; correct the path, or the file",
                                       resolved, origin_of(resolved), problem));
    return std::nullopt;
  }
  try {
    auto rows = lookup::read_table(shape.kind, {shape.keys, shape.columns}, shape.ttl, *format,
                                   text->view(), {});
    if (rows.size() == 0)
      findings_.warning(place,
                        fmt::format("'{}' has no rows, so nothing is found in it", resolved));
    return rows;
  } catch (const Failure& failure) {
    const Position& at = failure.position();
    const std::string where =
        at.line == 0 ? "" : fmt::format(", line {}, column {}", at.line, at.column);
    findings_.error(place, fmt::format("'{}'{}: {}", resolved, where, failure.what()));
    return std::nullopt;
  }
}

}  // namespace

void read_lookups(const SettingsMap& top, std::string_view directory,
                  std::vector<DeclaredTable>& declared, lookup::Tables& tables) {
  LookupsReader reader(directory, declared, tables, top.findings());
  for (const Section& section : lookup_sections) {
    const Node* const node = top.find(section.key);
    if (node == nullptr) continue;
    if (is_single(section.kind))
      reader.read_one(section, nullptr, *node);
    else
      reader.read_named(section, *node);
  }
  reader.check_names();
}

}  // namespace weir::rule
