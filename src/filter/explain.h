// How one event fares in a filter, condition by condition: by the instructions that decide about
// every event, not by a second evaluator.
#pragma once

#include <string>
#include <vector>

#include "event/slots.h"
#include "event/value.h"
#include "filter/program.h"
#include "filter/tree.h"

namespace weir::filter {

// One node of the tree as it was written, saved filters below their names.
struct Explanation {
  Node::Type type = Node::Type::all;
  std::string text;  // a condition: its expression; saved: the name, with the filter as its child
  bool truth = false;
  bool reached = false;  // a condition that the filter came to, evaluating cheap ones first
  bool decided = false;  // the last that it came to: what it said settled the whole
  // Of a condition, as evaluated: JSON values, null for an absent one; empty: nothing stands there.
  // A constant stands for itself, and so does a list.
  std::string left;
  std::string right;
  std::vector<Explanation> children;
};

// The filter is compiled, and run on the row as it would be on any other; conditions that it did
// not come to are evaluated by themselves. The truth of a group follows from its children.
// REQUIRES: `node` compiles under `environment`, and `slots` has every field that it names. Throws
// bad_alloc.
Explanation explain(const Node& node, const Environment& environment, const SlotMap& slots,
                    const Value* row, Scratch& scratch);

}  // namespace weir::filter
