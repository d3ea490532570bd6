#include "rule/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "rule/aggregation.h"
#include "rule/enrichment.h"
#include "rule/event_time.h"
#include "rule/filters.h"
#include "rule/lookups.h"
#include "rule/mapping.h"
#include "rule/reader.h"
#include "rule/settings_map.h"
#include "rule/single_rule.h"
#include "rule/test_cases.h"
#include "rule/warnings.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 17> document_keys{{
    {"schema"},
    {"filter"},
    {"polarity"},
    {"match"},
    {"filters"},
    {"aggregation"},
    {"enrichment"},
    {"tests"},
    {"map"},
    {"bounds"},
    {"event_time"},
    {"dictionaries"},
    {"tables"},
    {"active_lists"},
    {"context_tables"},
    {"assets"},
    {"directory"},
}};

class DocumentReader {
 public:
  DocumentReader(const Source& source, std::string_view directory, Findings& findings)
      : source_(source), directory_(directory), findings_(findings) {}

  Document read(const Node& root);
  std::vector<TestCase> take_tests() { return std::move(tests_); }

 private:
  void read_settings(const SettingsMap& top);
  void read_filters(const SettingsMap& top);
  void read_saved(const Node& name, const Node& filter);
  void read_saved_item(const Node& item);
  void read_engine_filter(const SettingsMap& top);
  void read_rules(const SettingsMap& top);
  // Of aggregation, and of enrichment: each event is shown to all of them.
  static constexpr std::size_t max_rules = 10'000;
  void check_unique(const Node& map, const aggregate::Settings& rule);
  void check_match(const Node& map, const aggregate::Settings& rule);
  bool check_map(const Node& item, std::string_view what);

  const Source& source_;
  std::string_view directory_;  // of files that the document names
  Findings& findings_;
  Document document_;
  std::vector<TestCase> tests_;
  lookup::Tables tables_;
  SavedFilters saved_{Schema::kuma, &tables_};
  std::map<std::pair<std::string, std::string>, std::size_t> names_;  // tenant, name: offset
  std::map<Uuid, std::size_t> ids_;
};

Document DocumentReader::read(const Node& root) {
  if (root.is_null()) {
    findings_.error(root,
                    "the document is empty; it holds keys such as 'aggregation', a list of "
                    "rules");
    return {};
  }
  if (!check_map(root, "a document")) return {};
  if (const Node* fields = find_value(root, "identical_fields")) {
    findings_.error(*fields,
                    "this is a single rule; in a document rules are items of the list "
                    "'aggregation'");
    return {};
  }
  const SettingsMap top(root, document_keys, findings_);
  read_settings(top);
  read_lookups(top, directory_, document_.tables, tables_);  // filters name them
  read_filters(top);
  read_engine_filter(top);
  read_rules(top);
  document_.filters = saved_.take();
  const bool mapped = document_.preset != 0 || !document_.map.empty();
  tests_ = read_tests(top, document_.schema, mapped ? FedNames::any : FedNames::fields, findings_);
  // What a mistake left out would look like another mistake.
  if (findings_.errors() == 0) warn_of_mistakes(root, document_, findings_);
  return std::move(document_);
}

bool DocumentReader::check_map(const Node& item, std::string_view what) {
  if (item.kind == Node::Kind::map) return true;
  if (item.kind != Node::Kind::broken)
    findings_.error(item, fmt::format("{} must be a map, not {}", what, describe(item)));
  return false;
}

// What all the rest is read by, so it comes first wherever it stands.
void DocumentReader::read_settings(const SettingsMap& top) {
  constexpr std::array<Word, 2> schemas{{{"kuma"}, {"open"}}};
  constexpr std::array<Word, 2> matches{{{"first"}, {"all"}}};
  constexpr std::array<Word, 2> bounds_keys{{{"max_groups"}, {"max_bytes"}}};
  if (const auto index = top.choice("schema", schemas))
    document_.schema = static_cast<Schema>(*index);
  if (const auto index = top.choice("match", matches)) document_.match = static_cast<Match>(*index);
  saved_ = SavedFilters(document_.schema, &tables_);
  Mapping mapping = read_map(top, document_.schema);
  document_.map = std::move(mapping.map);
  document_.preset = mapping.preset;
  if (const Node* bounds = top.find("bounds"); bounds != nullptr && check_map(*bounds, "bounds"))
    document_.bounds = read_bounds(SettingsMap(*bounds, bounds_keys, findings_));
  document_.event_time = read_event_time(top);
}

void DocumentReader::read_filters(const SettingsMap& top) {
  const Node* node = top.find("filters");
  if (node == nullptr || node->kind == Node::Kind::broken) return;
  if (node->kind == Node::Kind::map)
    for (std::size_t i = 0; i < node->pairs(); ++i) {
      const Node& name = node->key(i);
      // Keys that are no text, or that stand there twice, have been reported with the map.
      if (name.kind == Node::Kind::scalar && !name.is_null() && saved_.place(name.text) == nullptr)
        read_saved(name, node->value(i));
    }
  else if (node->kind == Node::Kind::sequence)
    for (const Node& item : node->children) read_saved_item(item);
  else
    findings_.error(
        *node, fmt::format("filters must be a map of names to filters, not {}", describe(*node)));
  saved_.check_all(findings_);
}

void DocumentReader::read_saved_item(const Node& item) {
  constexpr std::array<Word, 2> item_keys{{{"name"}, {"filter"}}};
  if (!check_map(item, "an item of filters")) return;
  const SettingsMap map(item, item_keys, findings_);
  const Node* name = map.require("name", "name the filter");
  const Node* filter = map.require("filter", "write the expression");
  if (name == nullptr || filter == nullptr) return;
  if (map.text("name", 1, max_name)) read_saved(*name, *filter);
}

void DocumentReader::read_saved(const Node& name, const Node& filter) {
  const std::size_t size = count_code_points(name.text);
  if (size == 0 || size > max_name)
    findings_.error(name, fmt::format("the name of a filter must have 1 to {} characters, not {}",
                                      max_name, size));
  auto tree = read_filter(filter, source_, document_.schema, findings_, &tables_);
  if (const std::size_t* first = saved_.place(name.text))
    findings_.error(name, fmt::format("two filters have the name {}, the first on line {}; rename "
                                      "one",
                                      quote(name.text), findings_.line(*first)));
  else
    saved_.add(name.text, std::move(tree), name.offset);
}

void DocumentReader::read_engine_filter(const SettingsMap& top) {
  constexpr std::array<Word, 2> polarities{{{"keep"}, {"drop"}}};
  if (const auto index = top.choice("polarity", polarities))
    document_.polarity = static_cast<Polarity>(*index);
  const Node* filter = top.find("filter");
  if (filter != nullptr) {
    document_.filter = read_filter(*filter, source_, document_.schema, findings_, &tables_);
    if (document_.filter) saved_.check(*document_.filter, SavedFilters::Use::any, findings_);
  } else if (const Node* polarity = top.find("polarity")) {
    findings_.warning(*polarity, "polarity does nothing without a 'filter'; add one, or remove it");
  }
}

void DocumentReader::read_rules(const SettingsMap& top) {
  const auto list = [&](std::string_view key) {
    const auto* const rules = top.list(key);
    if (rules == nullptr || rules->size() <= max_rules) return rules;
    findings_.error((*rules)[max_rules],
                    fmt::format("{} has {} rules; at most {} fit in one document", key,
                                rules->size(), max_rules));
    return decltype(rules){};
  };
  if (const auto* rules = list("aggregation"))
    for (const Node& item : *rules) {
      if (findings_.full()) return;
      if (!check_map(item, "an aggregation rule")) continue;
      document_.aggregation.push_back(read_aggregation(item, source_, saved_, findings_));
      check_unique(item, document_.aggregation.back());
      check_match(item, document_.aggregation.back());
    }
  std::map<std::string, std::size_t> names;
  if (const auto* rules = list("enrichment"))
    for (const Node& item : *rules) {
      if (findings_.full()) return;
      if (!check_map(item, "an enrichment rule")) continue;
      document_.enrichment.push_back(
          read_enrichment(item, source_, saved_, directory_, Callback::required, findings_));
      const std::string& name = document_.enrichment.back().name;
      const Node* place = find_value(item, "name");
      if (name.empty() || place == nullptr) continue;
      const auto [first, added] = names.emplace(name, place->offset);
      if (!added)
        findings_.error(*place, fmt::format("two enrichment rules have the name {}, the first on "
                                            "line {}; rename one",
                                            quote(name), findings_.line(first->second)));
    }
}

// Rules whose names are the same have the same made id: only the name is worth a word then.
void DocumentReader::check_unique(const Node& map, const aggregate::Settings& rule) {
  const Node* name = find_value(map, "name");
  if (rule.name.empty() || name == nullptr) return;
  const auto [first, added] = names_.emplace(std::pair(rule.tenant, rule.name), name->offset);
  if (!added) {
    findings_.error(
        *name, fmt::format("two rules of tenant {} have the name {}, the first on line "
                           "{}; rename one",
                           quote(rule.tenant), quote(rule.name), findings_.line(first->second)));
    return;
  }
  const Node* id = find_value(map, "id");
  const Node& place = id == nullptr ? *name : *id;
  const auto [other, fresh] = ids_.emplace(rule.id, place.offset);
  if (!fresh)
    findings_.error(place, fmt::format("two rules have the id {}, the first on line {}; give one "
                                       "of them another, or none",
                                       to_string(rule.id), findings_.line(other->second)));
}

void DocumentReader::check_match(const Node& map, const aggregate::Settings& rule) {
  if (document_.match == Match::first) return;
  for (const std::string_view setting : needs_match_first(rule))
    findings_.error(
        *find_value(map, setting.substr(0, setting.find(':'))),
        fmt::format("'{}' needs 'match: first': under 'match: all' other rules have the "
                    "event too; change one of the two",
                    setting));
}

// Calls read(root) with the tree of the text, if it has one.
template <class Read>
Parsed parse(std::string_view text, Read read) {
  const Source source(text);
  Findings findings(source);
  Parsed parsed;
  if (const auto root = read_tree(source, findings))
    parsed.document = read(*root, source, findings);
  parsed.diagnostics = findings.finish();
  return parsed;
}

}  // namespace

std::vector<std::string_view> needs_match_first(const aggregate::Settings& rule) {
  std::vector<std::string_view> settings;
  if (rule.single == aggregate::Single::pass) settings.push_back("single: pass");
  if (rule.unique_mode == aggregate::UniqueMode::dedup) settings.push_back("unique_mode: dedup");
  return settings;
}

bool Parsed::good() const noexcept {
  return std::none_of(diagnostics.begin(), diagnostics.end(),
                      [](const Diagnostic& found) { return found.severity == Severity::error; });
}

Parsed parse_document(std::string_view text, std::string_view directory) {
  std::vector<TestCase> tests;
  Parsed parsed = parse(text, [&](const Node& root, const Source& source, Findings& findings) {
    DocumentReader reader(source, directory, findings);
    Document document = reader.read(root);
    tests = reader.take_tests();
    return document;
  });
  parsed.tests = std::move(tests);
  return parsed;
}

Parsed parse_rule(std::string_view text, const std::vector<SavedFilter>& saved, Schema schema,
                  const lookup::Tables* tables, std::string_view directory) {
  return parse(text, [&](const Node& root, const Source& source, Findings& findings) {
    SavedFilters filters(saved, schema, tables);
    return read_single_rule(root, source, filters, directory, findings);
  });
}

}  // namespace weir::rule
