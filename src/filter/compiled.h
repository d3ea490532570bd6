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

// Without a branch: whether a condition is true is the one thing that no processor can foresee.
inline std::uint32_t next(const Instruction& instruction, bool truth) noexcept {
  const std::uint32_t mask = 0U - static_cast<std::uint32_t>(truth);
  return instruction.on_false ^ ((instruction.on_false ^ instruction.on_true) & mask);
}

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
    at = next(instruction, truth);
  } while (at < reject);
  return at == accept;
}

}  // namespace weir::filter
