// What a tree compiles to: the instructions that a program runs, and for each the condition that it
// came from.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/code.h"
#include "filter/evaluate.h"
#include "filter/plan.h"
#include "filter/program.h"

namespace weir::filter {

struct Compiled {
  bool always = false;                    // matches everything
  std::vector<Instruction> instructions;  // none: nothing matches, unless `always`
  // Of each instruction which condition it is, as Plan has it; of one that stands for several, 0.
  std::vector<std::uint32_t> conditions;
  Constants constants;
};

// As compile (filter/program.h). Without fusing there is an instruction for every condition that
// can matter, and cheap ones come first.
Compiled assemble(const Node& node, const Environment& environment, SlotMap& slots, Fusing fusing);

// What decides about every event: runs the instructions from the first, until one accepts or
// rejects. note(index, truth) hears of each. None matches nothing. May throw bad_alloc.
template <class Note>
bool run(const std::vector<Instruction>& instructions, const Constants& constants, const Value* row,
         Scratch& scratch, Note&& note) {
  if (instructions.empty()) return false;
  std::uint32_t at = 0;
  do {
    const Instruction& instruction = instructions[at];
    const bool truth = evaluate(instruction, constants, row, scratch);
    note(at, truth);
    at = truth ? instruction.on_true : instruction.on_false;
  } while (at < reject);
  return at == accept;
}

}  // namespace weir::filter
