#include "filter/plan.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/error.h"

namespace weir::filter {
namespace {

std::uint32_t add(std::uint32_t a, std::uint32_t b) noexcept {
  return a > std::numeric_limits<std::uint32_t>::max() - b
             ? std::numeric_limits<std::uint32_t>::max()
             : a + b;
}

Plan constant(bool value) {
  Plan plan;
  plan.type = value ? Plan::Type::all : Plan::Type::any;
  return plan;
}

// Merges, drops what cannot matter, orders by cost. Conditions are pure, so order changes nothing
// but the time.
Plan finish_group(Plan::Type type, std::vector<Plan> parts) {
  Plan group;
  group.type = type;
  for (Plan& part : parts) {
    if (part.type == type) {  // also drops a constant that this kind of group ignores
      for (Plan& child : part.children) group.children.push_back(std::move(child));
    } else if (part.always() || part.never()) {
      return constant(part.always());
    } else {
      group.children.push_back(std::move(part));
    }
  }
  if (group.children.size() == 1) return std::move(group.children[0]);
  std::stable_sort(group.children.begin(), group.children.end(),
                   [](const Plan& a, const Plan& b) { return a.cost < b.cost; });
  for (const Plan& child : group.children) {
    group.cost = add(group.cost, child.cost);
    group.leaves += child.leaves;
  }
  return group;
}

class Planner {
 public:
  Planner(LeafBuilder& leaves, SavedFilters& saved) : leaves_(leaves), saved_(saved) {}

  Plan plan(const Node& node, bool negated, std::size_t depth) {
    saved_.count(node, depth);
    switch (node.type) {
      case Node::Type::condition:
        return leaf(node, negated);
      case Node::Type::saved:
        return inlined(node, negated, depth);
      case Node::Type::negation:
        return group(node, true, !negated, depth);
      case Node::Type::all:
        return group(node, true, negated, depth);
      case Node::Type::any:
        return group(node, false, negated, depth);
    }
    return constant(false);
  }

 private:
  Plan leaf(const Node& node, bool negated) {
    const Leaf built = leaves_.build(node);
    Plan plan;
    plan.type = Plan::Type::leaf;
    plan.negated = negated;
    plan.instruction = built.instruction;
    plan.cost = built.cost;
    plan.leaves = 1;
    plan.condition = conditions_++;
    return plan;
  }

  Plan inlined(const Node& node, bool negated, std::size_t depth) {
    const Node& tree = saved_.enter(node);
    try {
      Plan result = plan(tree, negated, depth + 1);
      saved_.leave();
      return result;
    } catch (const Failure& failure) {
      SavedFilters::rethrow(node, failure);
    }
  }

  // De Morgan: not all of them is any of them not, and the other way round.
  Plan group(const Node& node, bool all, bool negated, std::size_t depth) {
    std::vector<Plan> parts;
    parts.reserve(node.children.size());
    for (const Node& child : node.children) parts.push_back(plan(child, negated, depth + 1));
    return finish_group(all != negated ? Plan::Type::all : Plan::Type::any, std::move(parts));
  }

  LeafBuilder& leaves_;
  SavedFilters& saved_;
  std::uint32_t conditions_ = 0;  // so far
};

}  // namespace

Plan make_plan(const Node& node, LeafBuilder& leaves, SavedFilters& saved) {
  return Planner(leaves, saved).plan(node, false, 0);
}

}  // namespace weir::filter
