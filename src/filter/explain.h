// How one event fares in a filter, condition by condition: by the instructions that decide about
// every event, not by a second evaluator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "event/slots.h"
#include "event/value.h"
#include "filter/program.h"
#include "filter/tree.h"

namespace weir::filter {

// One node of the tree as it was written, saved filters in place of their names.
struct Explanation {
  enum class Type : std::uint8_t { all, any, negation, condition, saved };
  Type type = Type::all;
  std::string text;  // a condition: its expression; saved: the name, with the filter as its child
  bool truth = false;
  bool reached = false;  // a condition that the filter came to, evaluating cheap ones first
  bool decided = false;  // the last that it came to: what it said settled the whole
  // Of a condition, as evaluated: JSON values, null for an absent one. The right side of a constant
  // is that constant, of a list the list.
  std::string left;
  std::string right;
  std::vector<Explanation> children;
};

// REQUIRES: `node` compiles under `environment`, and `slots` has every field that it names. Throws
// bad_alloc.
Explanation explain(const Node& node, const Environment& environment, const SlotMap& slots,
                    const Value* row, Scratch& scratch);

}  // namespace weir::filter
