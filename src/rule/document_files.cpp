#include "rule/document_files.h"

#include <array>
#include <set>

#include "base/text.h"
#include "rule/findings.h"
#include "rule/lookup_file.h"
#include "rule/reader.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

constexpr std::array<std::string_view, 4> named_lookups{"dictionaries", "tables", "active_lists",
                                                        "context_tables"};
constexpr std::array<std::string_view, 2> single_lookups{"assets", "directory"};

const Node* find_in_map(const Node& node, std::string_view key) {
  return node.kind == Node::Kind::map ? find_value(node, key) : nullptr;
}

class FileNames {
 public:
  explicit FileNames(std::string_view directory) : directory_(directory) {}

  void add(const Node& map, std::string_view key) {
    const Node* const path = find_in_map(map, key);
    if (path != nullptr && path->kind == Node::Kind::scalar && !path->text.empty())
      paths_.insert(resolve_path(directory_, path->text));
  }
  // Of a list of maps, or a map of them by name.
  void add_each(const Node& section, std::string_view key) {
    for (const Node& child : section.children) add(child, key);
  }

  std::string json() const {
    std::string out = "[";
    for (const std::string& path : paths_) {
      if (out.size() > 1) out += ',';
      append_json_string(out, path);
    }
    return out + "]\n";
  }

 private:
  const std::string_view directory_;
  std::set<std::string> paths_;
};

}  // namespace

std::string files_json(std::string_view document, std::string_view directory) {
  const Source source(document);
  Findings findings(source);
  FileNames names(directory);
  if (const auto root = read_tree(source, findings)) {
    for (const std::string_view key : named_lookups)
      if (const Node* section = find_in_map(*root, key)) names.add_each(*section, "file");
    for (const std::string_view key : single_lookups)
      if (const Node* section = find_in_map(*root, key)) names.add(*section, "file");
    if (const Node* rules = find_in_map(*root, "enrichment")) names.add_each(*rules, "data");
  }
  return names.json();
}

}  // namespace weir::rule
