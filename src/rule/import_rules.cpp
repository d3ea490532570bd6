#include "rule/import_rules.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <vector>

#include "base/text.h"
#include "base/uuid.h"
#include "rule/fields.h"
#include "rule/kuma_filter.h"
#include "rule/settings_map.h"
#include "rule/yaml_writer.h"

namespace weir::rule {

namespace {

constexpr std::array<std::string_view, 11> kuma_rule_keys{
    "id",           "name",      "kind",   "description",
    "tenantName",   "threshold", "window", "identicalFields",
    "uniqueFields", "sumFields", "filter"};

constexpr std::int64_t longest_window = 365 * 24 * 3600;  // seconds

class RuleReader {
 public:
  RuleReader(const Node& map, Findings& findings) : map_(map), findings_(findings) {}

  std::optional<ImportedRule> read(const Resource& resource);

 private:
  void read_names(const Resource& resource);
  void read_number(std::string_view key, std::string_view ours, std::int64_t most);
  void read_fields();
  void check_filter();

  const Node& map_;
  Findings& findings_;
  ImportedRule rule_;
};

void RuleReader::read_names(const Resource& resource) {
  const Node* name = find_value(map_, "name");
  rule_.name = resource.name;
  rule_.name_offset = name == nullptr ? map_.offset : name->offset;
  if (rule_.name.empty()) findings_.error(rule_.name_offset, "the rule has no name; give it one");
  rule_.tenant = text_of(map_, "tenantName");
  rule_.id = text_of(map_, "id");
  if (!rule_.id.empty() && !parse_uuid(rule_.id)) {
    findings_.warning(
        *find_value(map_, "id"),
        fmt::format("{} is no UUID; the rule gets an id made of tenant and name", quote(rule_.id)));
    rule_.id.clear();
  }
  const std::string description = text_of(map_, "description");
  if (count_code_points(description) > max_description)
    findings_.warning(*find_value(map_, "description"),
                      fmt::format("the description has more than {} characters; it is left out",
                                  max_description));
  else if (!description.empty())
    rule_.settings += fmt::format("    description: {}\n", yaml_text(description));
}

// 0 and nothing at all: the default, which is KUMA's too.
void RuleReader::read_number(std::string_view key, std::string_view ours, std::int64_t most) {
  const Node* node = find_value(map_, key);
  if (is_absent(node)) return;
  const auto number = node->kind == Node::Kind::scalar ? parse_integer(node->text) : std::nullopt;
  if (!number || *number < 0 || *number > most)
    findings_.error(*node, fmt::format("{} must be a whole number from 1 to {}, not {}", key, most,
                                       describe(*node)));
  else if (*number == 0)
    findings_.warning(*node, fmt::format("{} is 0; the default {} stands", key, ours));
  else
    rule_.settings += fmt::format("    {}: {}\n", ours, *number);
}

void RuleReader::read_fields() {
  struct List {
    std::string_view theirs;
    std::string_view ours;
    Part part;
  };
  constexpr std::array<List, 3> lists{{
      {"identicalFields", "identical_fields", Part::identical},
      {"uniqueFields", "unique_fields", Part::unique},
      {"sumFields", "sum_fields", Part::sum},
  }};
  // Alone, so that nothing is said twice of other keys.
  Node alone;
  alone.kind = Node::Kind::map;
  alone.offset = map_.offset;
  std::vector<Word> words;
  for (const List& list : lists) {
    words.push_back({list.theirs});
    const Node* value = find_value(map_, list.theirs);
    if (is_empty_list(value)) continue;
    Node key;
    key.text = list.theirs;
    alone.children.push_back(std::move(key));
    alone.children.push_back(*value);
  }
  const SettingsMap settings(alone, words, findings_);
  FieldLists fields(settings, Schema::kuma);
  for (const List& list : lists) {
    if (is_empty_list(find_value(map_, list.theirs))) {
      if (list.part == Part::identical)
        findings_.error(map_,
                        "identicalFields is missing or empty; list the fields whose values "
                        "make events one group");
      continue;
    }
    std::vector<std::string> names;
    for (const FieldId id : fields.read(list.theirs, list.part)) names.emplace_back(field_name(id));
    rule_.settings += fmt::format("    {}: {}\n", list.ours, yaml_list(names, 6));
  }
}

void RuleReader::check_filter() {
  const Node* filter = find_value(map_, "filter");
  if (is_absent(filter) || filter->kind == Node::Kind::map || filter->kind == Node::Kind::broken)
    return;
  findings_.error(*filter, fmt::format("filter must be a filter as KUMA exports it, whole, not {}",
                                       describe(*filter)));
}

std::optional<ImportedRule> RuleReader::read(const Resource& resource) {
  const std::size_t errors = findings_.errors();
  warn_of_unknown_keys(map_, kuma_rule_keys, findings_);
  read_names(resource);
  read_number("threshold", "threshold", std::numeric_limits<std::int32_t>::max());
  read_number("window", "lifetime", longest_window);
  read_fields();
  check_filter();
  if (findings_.errors() != errors) return std::nullopt;
  return std::move(rule_);
}

}  // namespace

std::optional<ImportedRule> read_kuma_rule(const Resource& resource, Findings& findings) {
  return RuleReader(*resource.payload, findings).read(resource);
}

}  // namespace weir::rule
