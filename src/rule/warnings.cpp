#include "rule/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "filter/program.h"
#include "rule/presets.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

// Each rule is compared with those before it. More than this nobody writes by hand.
constexpr std::size_t max_compared_rules = 1000;

// Of KUMA's schema, what events of one source hardly ever share. ExternalID is another matter where
// records of one message are put together, by `sum_strings: join`.
constexpr std::array<std::string_view, 5> volatile_fields{"Raw", "Message", "ExternalID",
                                                          "DevicePayloadID", "DeviceReceiptTime"};

// A rule, and where it stands.
struct Rule {
  const Node* node = nullptr;
  const aggregate::Settings* settings = nullptr;
  // The filter with saved filters in place of their names, to compare it by: all of them at once
  // may be larger than the document by far.
  std::size_t filter_hash = 0;
};

const Node& place_of(const Rule& rule, std::string_view key) {
  const Node* node = find_value(*rule.node, key);
  return node == nullptr ? *rule.node : *node;
}

// Calls each(condition) for all conditions of a tree.
template <class Each>
void for_each_condition(const filter::Node& node, Each each) {
  if (node.type == filter::Node::Type::condition) each(node);
  for (const filter::Node& child : node.children) for_each_condition(child, each);
}

// The fields that a condition reads.
std::vector<FieldId> fields_of(const filter::Node& condition) {
  std::vector<FieldId> fields;
  for (const filter::Operand* operand : {&condition.left, &condition.right}) {
    if (const auto* field = std::get_if<filter::EventField>(operand)) fields.push_back(field->id);
    if (const auto* lookup = std::get_if<filter::Lookup>(operand))
      fields.insert(fields.end(), lookup->keys.begin(), lookup->keys.end());
    if (const auto* about = std::get_if<filter::Intelligence>(operand))
      fields.push_back(about->field);
  }
  return fields;
}

// The fields that no mapping of the document fills, but an enrichment rule: the first that does.
using Fillers = std::map<FieldId, const enrich::Settings*>;

Fillers fillers(const Document& document) {
  Fillers fillers;
  for (const enrich::Settings& rule : document.enrichment)
    for (const FieldId field : rule.targets) fillers.emplace(field, &rule);
  const FieldMap map = effective_map(document, 0);
  for (const MappedField& mapped : map.fields) fillers.erase(mapped.field);
  return fillers;
}

void warn_of_enriched_fields(const filter::Node& tree, const Fillers& fillers, Findings& findings) {
  std::set<FieldId> told;
  for_each_condition(tree, [&](const filter::Node& condition) {
    for (const FieldId field : fields_of(condition)) {
      const auto by = fillers.find(field);
      if (by == fillers.end() || !told.insert(field).second) continue;
      findings.warning(
          condition.span.begin,
          fmt::format("the filter asks for {}, which the enrichment rule {} fills only "
                      "after aggregation; ask for a field that the source fills",
                      quote(field_name(field)), quote(by->second->name)));
    }
  });
}

void warn_of_fields(const Rule& rule, Findings& findings) {
  const aggregate::Settings& settings = *rule.settings;
  if (settings.schema == Schema::open) return;  // names and types mean nothing there
  const bool joins = settings.sum_strings == aggregate::SumStrings::join && !settings.sum.empty();
  for (const Node& item : place_of(rule, "identical_fields").children) {
    const bool differs = std::find(volatile_fields.begin(), volatile_fields.end(), item.text) !=
                         volatile_fields.end();
    if (!differs || (joins && item.text == "ExternalID")) continue;
    findings.warning(
        item,
        fmt::format("{} differs in nearly every event, so hardly any two of them "
                    "become one; take it out of identical_fields{}",
                    quote(item.text), item.text == "Raw" ? "" : ", or put it into unique_fields"));
  }
  const Node* sums = find_value(*rule.node, "sum_fields");
  if (sums == nullptr || find_value(*rule.node, "sum_strings") != nullptr) return;
  for (std::size_t i = 0; i < settings.sum.size() && i < sums->children.size(); ++i)
    if (field_type(settings.sum[i]) == FieldType::text)
      findings.warning(
          sums->children[i],
          fmt::format("{} holds text, and the sum skips what is no number; say "
                      "'sum_strings: numeric' if that is meant, or 'sum_strings: join'",
                      quote(sums->children[i].text)));
}

bool has(const std::vector<FieldId>& fields, FieldId field) {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

bool has_all(const std::vector<FieldId>& fields, const std::vector<FieldId>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](FieldId field) { return has(fields, field); });
}

// Whether every event that has enough identical fields for `later` has enough for `earlier`. With
// `missing: group` one of them is enough, with `pass` it takes all.
bool has_enough(const aggregate::Settings& earlier, const aggregate::Settings& later) {
  const bool earlier_needs_all = earlier.missing == aggregate::Missing::pass;
  const bool later_needs_all = later.missing == aggregate::Missing::pass;
  if (!earlier_needs_all && !later_needs_all) return has_all(earlier.identical, later.identical);
  if (earlier_needs_all && later_needs_all) return has_all(later.identical, earlier.identical);
  if (later_needs_all)
    return std::any_of(later.identical.begin(), later.identical.end(),
                       [&](FieldId field) { return has(earlier.identical, field); });
  return later.identical.size() == 1 && earlier.identical == later.identical;
}

bool shadows(const Rule& earlier, const Rule& later) {
  const aggregate::Settings& first = *earlier.settings;
  // These refuse events that their filter lets through.
  if (!first.callback.empty() || first.unique_mode == aggregate::UniqueMode::dedup) return false;
  const bool same = later.settings->filter && earlier.filter_hash == later.filter_hash;
  if (first.filter && !same) return false;
  return has_enough(first, *later.settings);
}

void warn_of_shadows(const std::vector<Rule>& rules, Findings& findings) {
  const std::size_t count = std::min(rules.size(), max_compared_rules);
  for (std::size_t i = 1; i < count; ++i) {
    const auto end = rules.begin() + static_cast<std::ptrdiff_t>(i);
    const auto earlier =
        std::find_if(rules.begin(), end, [&](const Rule& rule) { return shadows(rule, rules[i]); });
    if (earlier == end) continue;
    const Node& name = place_of(*earlier, "name");
    findings.warning(
        place_of(rules[i], "name"),
        fmt::format("rule {} never gets an event: {}, on line {}, comes first and has {} "
                    "filter; put the more special rule first, or give them different "
                    "filters",
                    quote(rules[i].settings->name), quote(earlier->settings->name),
                    findings.line(name.offset), earlier->settings->filter ? "the same" : "no"));
  }
}

// What a rule says by itself.
void warn_of_rule(const Rule& rule, Findings& findings) {
  if (rule.settings->threshold == 1)
    findings.warning(
        place_of(rule, "threshold"),
        "a threshold of 1 closes every bucket with its first event, so that nothing is "
        "merged; make it 2 or more");
  warn_of_fields(rule, findings);
}

}  // namespace

void warn_of_mistakes(const Node& root, const Document& document, Findings& findings) {
  std::map<std::string_view, const filter::Node*> saved;
  for (const SavedFilter& filter : document.filters) saved.emplace(filter.name, &filter.tree);
  const filter::FindSaved find = [&](std::string_view name) -> const filter::Node* {
    const auto found = saved.find(name);
    return found == saved.end() ? nullptr : found->second;
  };
  const Fillers filled = fillers(document);
  std::vector<Rule> rules;
  for (const aggregate::Settings& settings : document.aggregation) {
    if (findings.full_of_warnings()) return;
    Rule& rule = rules.emplace_back();
    rule.node = &find_value(root, "aggregation")->children[rules.size() - 1];
    rule.settings = &settings;
    warn_of_rule(rule, findings);
    if (!settings.filter) continue;
    const filter::Node tree = filter::inline_saved(*settings.filter, find);
    rule.filter_hash = std::hash<std::string>{}(filter::to_expression(tree));
    warn_of_enriched_fields(tree, filled, findings);
  }
  if (document.match == Match::first) warn_of_shadows(rules, findings);
  warn_of_unused(root, document, findings);
}

}  // namespace weir::rule
