#include "filter/saved.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "filter/bounds.h"
#include "filter/token.h"

namespace weir::filter {
namespace {

Node inlined(const Node& node, SavedFilters& saved, std::size_t depth) {
  saved.count(node, depth);
  if (node.type == Node::Type::saved) {
    const Node& tree = saved.enter(node);
    try {
      Node result = inlined(tree, saved, depth + 1);
      saved.leave();
      return result;
    } catch (const Failure& failure) {
      SavedFilters::rethrow(node, failure);
    }
  }
  if (node.type == Node::Type::condition) return node;
  Node result;
  result.type = node.type;
  result.span = node.span;
  result.children.reserve(node.children.size());
  for (const Node& child : node.children) {
    result.children.push_back(inlined(child, saved, depth + 1));
  }
  return result;
}

void add_extent(ConstantExtent& extent, const Operand& operand) noexcept {
  if (const auto* constant = std::get_if<Constant>(&operand)) {
    extent.bytes += constant->text.size();
  } else if (const auto* list = std::get_if<List>(&operand)) {
    extent.items += list->items.size();
    for (const Constant& item : list->items) extent.bytes += item.text.size();
  } else if (const auto* lookup = std::get_if<Lookup>(&operand)) {
    extent.items += lookup->keys.size();
    extent.bytes += lookup->name.size() + lookup->column.size();
  } else if (const auto* intelligence = std::get_if<Intelligence>(&operand)) {
    extent.bytes += intelligence->category.size() + intelligence->key.size();
  }
}

}  // namespace

ConstantExtent constant_extent(const Node& node) noexcept {
  ConstantExtent extent;
  add_extent(extent, node.left);
  add_extent(extent, node.right);
  return extent;
}

const Node& SavedFilters::enter(const Node& reference) {
  const std::string_view name = reference.saved_name;
  const auto begin = std::find(chain_.begin(), chain_.end(), name);
  if (begin != chain_.end()) {
    std::string cycle;
    for (auto link = begin; link != chain_.end(); ++link) cycle += fmt::format("'{}' -> ", *link);
    fail(reference.span.begin, fmt::format("saved filters refer to each other in a circle: {}'{}'; "
                                           "take one of the references out",
                                           cycle, name));
  }
  const Node* tree = find_ ? find_(name) : nullptr;
  if (tree == nullptr) {
    const std::string hint = did_you_mean(name, known_);
    fail(reference.span.begin, fmt::format("unknown saved filter '{}'{}", name,
                                           hint.empty() ? "; define it under 'filters'" : hint));
  }
  chain_.push_back(name);
  return *tree;
}

void SavedFilters::count(const Node& node, std::size_t depth) {
  if (depth > max_tree_depth) {
    fail(node.span.begin, fmt::format("the filter, with its saved filters, is nested more than {} "
                                      "deep",
                                      max_tree_depth));
  }
  if (node.type == Node::Type::condition && ++conditions_ > max_conditions) {
    fail(node.span.begin, fmt::format("the filter, with its saved filters, has more than {} "
                                      "conditions; put alternatives in lists",
                                      max_conditions));
  }
  if (++nodes_ > max_nodes) {
    fail(node.span.begin, fmt::format("the filter, with its saved filters, has more than {} "
                                      "conditions, negations and groups; put alternatives in lists",
                                      max_nodes));
  }
  if (node.type != Node::Type::condition) return;
  const ConstantExtent constants = constant_extent(node);
  constants_.items += constants.items;
  constants_.bytes += constants.bytes;
  if (constants_.items > max_items) {
    fail(node.span.begin,
         fmt::format("the filter, with its saved filters, has more than {} list items; use those "
                     "with long lists less often",
                     max_items));
  }
  if (constants_.bytes > max_constant_bytes) {
    fail(node.span.begin,
         fmt::format("the constants of the filter, with its saved filters, have more than {} MiB; "
                     "use those with long constants less often",
                     max_constant_bytes >> 20));
  }
}

void SavedFilters::rethrow(const Node& reference, const Failure& failure) {
  // Only the innermost filter is named: that is the text to correct.
  const std::string_view message = failure.what();
  const bool named = message.starts_with("in the saved filter '") ||
                     message.starts_with("saved filters refer to each other");
  fail(reference.span.begin,
       named ? std::string(message)
             : fmt::format("in the saved filter '{}': {}", reference.saved_name, message),
       failure.status());
}

Node inline_saved(const Node& node, const FindSaved& saved,
                  std::span<const std::string_view> known) {
  SavedFilters filters(saved, known);
  return inlined(node, filters, 0);
}

}  // namespace weir::filter
