// Between the tree and the program: conditions as leaves of nested all and any groups, with every
// negation pushed down to the leaves, nested groups of one kind merged, and cheap leaves first.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/leaf.h"
#include "filter/saved.h"
#include "filter/tree.h"

namespace weir::filter {

// A group without children is a constant: all of nothing is true, any of nothing is false.
struct Plan {
  enum class Type : std::uint8_t { all, any, leaf };
  Type type = Type::all;
  bool negated = false;  // a leaf's
  Instruction instruction;
  std::uint32_t cost = 0;    // of evaluating everything
  std::uint32_t leaves = 0;  // below, or 1
  // A leaf's, unless it stands for several: which condition of the tree it is, saved filters in
  // place of their names, counted as they are written.
  std::uint32_t condition = 0;
  std::vector<Plan> children;

  bool always() const noexcept { return type == Type::all && children.empty(); }
  bool never() const noexcept { return type == Type::any && children.empty(); }
};

// Whether conditions that one list could stand for become one instruction (filter/fuse.h).
enum class Fusing : std::uint8_t { off, on };

Plan make_plan(const Node& node, LeafBuilder& leaves, SavedFilters& saved,
               Fusing fusing = Fusing::on);

}  // namespace weir::filter
