#include "filter/fuse.h"

#include <string>
#include <unordered_map>
#include <utility>

namespace weir::filter {
namespace {

bool takes_alternatives(Operator op) noexcept {
  switch (op) {
    case Operator::equal:
    case Operator::in_subnet:
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::match:
      return true;
    default:
      return false;
  }
}

void add(std::string& key, std::uint64_t number) { key.append(std::to_string(number)).append(" "); }
void add(std::string& key, std::string_view text) {
  add(key, text.size());
  key.append(text);
}

// The same for conditions that differ in their constants alone; empty for one that goes with none.
std::string key_of(const Node& condition) {
  std::string key;
  const bool constant = std::holds_alternative<Constant>(condition.right) ||
                        std::holds_alternative<List>(condition.right);
  if (!constant || !takes_alternatives(condition.op)) return key;
  add(key, static_cast<std::uint64_t>(condition.op));
  add(key, condition.ignore_case ? 1U : 0U);
  add(key, condition.left.index());
  if (const auto* field = std::get_if<EventField>(&condition.left)) {
    add(key, field->id);
  } else if (const auto* lookup = std::get_if<Lookup>(&condition.left)) {
    add(key, static_cast<std::uint64_t>(lookup->kind));
    add(key, lookup->name);
    add(key, lookup->column);
    for (const FieldId part : lookup->keys) add(key, part);
    key.append(lookup->index ? std::to_string(*lookup->index) : "-");
  } else if (const auto* asked = std::get_if<Intelligence>(&condition.left)) {
    add(key, asked->category);
    add(key, asked->field);
    add(key, asked->key);
  } else {
    return {};
  }
  return key;
}

}  // namespace

std::vector<std::vector<std::size_t>> fusible(std::span<const Node* const> conditions) {
  std::vector<std::vector<std::size_t>> groups;
  std::unordered_map<std::string, std::size_t> group_of;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    std::string key = key_of(*conditions[i]);
    if (key.empty()) continue;
    const auto [found, added] = group_of.emplace(std::move(key), groups.size());
    if (added) groups.emplace_back();
    groups[found->second].push_back(i);
  }
  std::erase_if(groups, [](const auto& group) { return group.size() < 2; });
  return groups;
}

Node fuse(std::span<const Node* const> conditions) {
  const Node& first = *conditions[0];
  Node fused;
  fused.type = Node::Type::condition;
  fused.span = first.span;
  fused.op = first.op;
  fused.left = first.left;
  fused.right_span = first.right_span;
  fused.ignore_case = first.ignore_case;
  List list;
  for (const Node* const condition : conditions) {
    if (const auto* constant = std::get_if<Constant>(&condition->right)) {
      list.items.push_back(*constant);
    } else {
      const auto& items = std::get<List>(condition->right).items;
      list.items.insert(list.items.end(), items.begin(), items.end());
    }
  }
  fused.right = std::move(list);
  return fused;
}

}  // namespace weir::filter
