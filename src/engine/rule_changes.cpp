#include "engine/rule_changes.h"

#include <map>
#include <string_view>
#include <utility>

#include "engine/ruleset.h"

namespace weir::engine {

namespace {

using Name = std::pair<std::string_view, std::string_view>;  // one in a document

Name name_of(const aggregate::Settings& rule) { return {rule.tenant, rule.name}; }

std::map<Name, std::size_t> by_name(const rule::Document& document) {
  std::map<Name, std::size_t> all;
  for (std::size_t i = 0; i < document.aggregation.size(); ++i)
    all.emplace(name_of(document.aggregation[i]), i);
  return all;
}

}  // namespace

Successions same_rules(const rule::Document& before, const rule::Document& now) {
  // Each document's own saved filters are at hand.
  const filter::FindSaved saved_before = finder(before.filters);
  const filter::FindSaved saved_now = finder(now.filters);
  const auto names = by_name(before);
  Successions same;
  for (const aggregate::Settings& rule : now.aggregation) {
    const auto other = names.find(name_of(rule));
    const bool found = other != names.end() && same_meaning(before.aggregation[other->second],
                                                            saved_before, rule, saved_now);
    same.push_back(found ? std::optional(other->second) : std::nullopt);
  }
  return same;
}

RuleChanges changes_of(const rule::Document& before, const rule::Document& now,
                       const Successions& same) {
  RuleChanges changes;
  // Each rule of before becomes one of now at most.
  std::vector<char> gone_on(before.aggregation.size(), 0);
  std::vector<char> came_from(now.aggregation.size(), 0);
  const auto go_on = [&](std::size_t from, std::size_t to) {
    if (gone_on[from] != 0 || came_from[to] != 0) return false;
    gone_on[from] = came_from[to] = 1;
    return true;
  };
  for (std::size_t i = 0; i < same.size(); ++i)
    if (same[i] && go_on(*same[i], i)) ++changes.kept;
  std::map<Uuid, std::size_t> ids;
  for (std::size_t i = 0; i < before.aggregation.size(); ++i)
    ids.emplace(before.aggregation[i].id, i);
  for (std::size_t i = 0; i < now.aggregation.size(); ++i) {
    const auto other = ids.find(now.aggregation[i].id);
    if (other != ids.end() && go_on(other->second, i)) ++changes.changed;
  }
  const auto names = by_name(before);
  for (std::size_t i = 0; i < now.aggregation.size(); ++i) {
    const auto other = names.find(name_of(now.aggregation[i]));
    if (other != names.end() && go_on(other->second, i)) ++changes.changed;
  }
  changes.added = now.aggregation.size() - changes.kept - changes.changed;
  changes.removed = before.aggregation.size() - changes.kept - changes.changed;
  return changes;
}

}  // namespace weir::engine
