#include "filter/plan.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <span>
#include <utility>

#include "base/error.h"
#include "filter/fuse.h"

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

Plan leaf_of(const Leaf& leaf, bool negated) {
  Plan plan;
  plan.type = Plan::Type::leaf;
  plan.negated = negated;
  plan.instruction = leaf.instruction;
  plan.cost = leaf.cost;
  plan.leaves = 1;
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
  if (group.children.size() == 1) {
    Plan only = std::move(group.children[0]);
    return only;
  }
  std::stable_sort(group.children.begin(), group.children.end(),
                   [](const Plan& a, const Plan& b) { return a.cost < b.cost; });
  for (const Plan& child : group.children) {
    group.cost = add(group.cost, child.cost);
    group.leaves += child.leaves;
  }
  return group;
}

// First a tree of groups is laid out, its conditions as they are, so that all conditions of a group
// stand side by side wherever they were written. Then, group by group, conditions are fused and
// turned into instructions, and what these cost orders them.
class Planner {
 public:
  Planner(LeafBuilder& leaves, SavedFilters& saved, Fusing fusing)
      : leaves_(leaves), saved_(saved), fusing_(fusing) {}

  Plan plan(const Node& node) {
    Draft draft = lay_out(node, false, 0);
    return build(draft);
  }

 private:
  struct Draft {
    Plan::Type type = Plan::Type::all;
    bool negated = false;
    const Node* node = nullptr;
    std::uint32_t condition = 0;  // as Plan's
    std::size_t path = 0;         // in paths_: the references that led to the condition
    std::vector<Draft> children;
  };
  // A reference to a saved filter, and the path that led to it.
  struct Reference {
    const Node* node = nullptr;
    std::size_t outer = 0;
  };

  Draft lay_out(const Node& node, bool negated, std::size_t depth) {
    saved_.count(node, depth);
    switch (node.type) {
      case Node::Type::condition:
        return {Plan::Type::leaf, negated, &node, conditions_++, path_, {}};
      case Node::Type::saved:
        return inlined(node, negated, depth);
      case Node::Type::negation:
        return group(node, true, !negated, depth);
      case Node::Type::all:
        return group(node, true, negated, depth);
      case Node::Type::any:
        return group(node, false, negated, depth);
    }
    return {};
  }

  Draft inlined(const Node& node, bool negated, std::size_t depth) {
    const Node& tree = saved_.enter(node);
    const std::size_t outer = path_;
    paths_.push_back({&node, outer});
    path_ = paths_.size() - 1;
    try {
      Draft result = lay_out(tree, negated, depth + 1);
      saved_.leave();
      path_ = outer;
      return result;
    } catch (const Failure& failure) {
      SavedFilters::rethrow(node, failure);
    }
  }

  // De Morgan: not all of them is any of them not, and the other way round. Groups of one kind are
  // merged, which also drops a constant that this kind of group ignores.
  Draft group(const Node& node, bool all, bool negated, std::size_t depth) {
    Draft group;
    group.type = all != negated ? Plan::Type::all : Plan::Type::any;
    for (const Node& child : node.children) {
      Draft part = lay_out(child, negated, depth + 1);
      if (part.type == group.type)
        std::move(part.children.begin(), part.children.end(), std::back_inserter(group.children));
      else
        group.children.push_back(std::move(part));
    }
    if (group.children.size() != 1) return group;
    Draft only = std::move(group.children[0]);
    return only;
  }

  Plan build(const Draft& draft) {
    if (draft.type == Plan::Type::leaf) return leaf(draft);
    std::vector<bool> done(draft.children.size());
    std::vector<Plan> parts = fused(draft, done);
    for (std::size_t i = 0; i < done.size(); ++i)
      if (!done[i]) parts.push_back(build(draft.children[i]));
    return finish_group(draft.type, std::move(parts));
  }

  // Any of them is true, or none of them is.
  std::vector<Plan> fused(const Draft& group, std::vector<bool>& done) {
    std::vector<Plan> parts;
    if (fusing_ == Fusing::off) return parts;
    const bool negated = group.type == Plan::Type::all;
    std::vector<const Node*> conditions;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < group.children.size(); ++i) {
      const Draft& child = group.children[i];
      if (child.type != Plan::Type::leaf || child.negated != negated) continue;
      conditions.push_back(child.node);
      places.push_back(i);
    }
    for (const std::vector<std::size_t>& alike : fusible(conditions)) {
      std::vector<const Node*> chosen;
      for (const std::size_t i : alike) chosen.push_back(conditions[i]);
      Plan part;
      if (!build_fused(chosen, negated, part)) continue;
      parts.push_back(std::move(part));
      for (const std::size_t i : alike) done[places[i]] = true;
    }
    return parts;
  }

  // False if something is wrong with a condition, which then says so itself, in its own place.
  bool build_fused(std::span<const Node* const> conditions, bool negated, Plan& part) {
    const Node node = fuse(conditions);
    try {
      part = leaf_of(leaves_.build(node), negated);
      return true;
    } catch (const Failure&) {
      return false;
    }
  }

  Plan leaf(const Draft& draft) {
    try {
      Plan plan = leaf_of(leaves_.build(*draft.node), draft.negated);
      plan.condition = draft.condition;
      return plan;
    } catch (const Failure& failure) {
      rethrow(draft.path, failure);
    }
  }

  // What a failure is to the one who wrote the filter, through every reference on the way.
  [[noreturn]] void rethrow(std::size_t path, const Failure& failure) const {
    if (path == 0) throw Failure(failure);
    try {
      SavedFilters::rethrow(*paths_[path].node, failure);
    } catch (const Failure& outer) {
      rethrow(paths_[path].outer, outer);
    }
  }

  LeafBuilder& leaves_;
  SavedFilters& saved_;
  Fusing fusing_;
  std::vector<Reference> paths_{{}};  // the first stands for the filter itself
  std::size_t path_ = 0;
  std::uint32_t conditions_ = 0;  // so far
};

}  // namespace

Plan make_plan(const Node& node, LeafBuilder& leaves, SavedFilters& saved, Fusing fusing) {
  return Planner(leaves, saved, fusing).plan(node);
}

}  // namespace weir::filter
