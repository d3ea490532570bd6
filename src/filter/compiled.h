// What a tree compiles to: the instructions that a program runs, and for each the condition that
// it came from.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/code.h"
#include "filter/plan.h"
#include "filter/program.h"

namespace weir::filter {

struct Compiled {
  bool always = false;                    // matches everything
  std::vector<Instruction> instructions;  // none: nothing matches, unless `always`
  std::vector<std::uint32_t> conditions;  // of each instruction, as numbered in Plan
  Constants constants;
};

// As compile (filter/program.h). Without fusing there is an instruction for every condition that
// can matter, and cheap ones come first.
Compiled assemble(const Node& node, const Environment& environment, SlotMap& slots, Fusing fusing);

}  // namespace weir::filter
