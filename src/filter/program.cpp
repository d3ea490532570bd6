#include "filter/program.h"

#include <utility>

#include "filter/code.h"
#include "filter/evaluate.h"
#include "filter/leaf.h"
#include "filter/plan.h"
#include "filter/saved.h"

namespace weir::filter {

struct Program::Code {
  std::vector<Instruction> instructions;  // none: nothing matches
  Constants constants;
  std::vector<std::uint32_t> conditions;  // of each instruction; only if it is to be traced
};

namespace {

// Writes the leaves of a plan one after the other. A group needs no instruction of its own: its
// leaves know where it goes on.
class Emitter {
 public:
  explicit Emitter(std::vector<Instruction>& out, std::vector<std::uint32_t>* conditions = nullptr)
      : out_(out), conditions_(conditions) {}

  void emit(const Plan& plan, std::uint32_t on_true, std::uint32_t on_false) {
    if (plan.type == Plan::Type::leaf) {
      Instruction instruction = plan.instruction;
      instruction.on_true = plan.negated ? on_false : on_true;
      instruction.on_false = plan.negated ? on_true : on_false;
      out_.push_back(instruction);
      if (conditions_ != nullptr) conditions_->push_back(plan.condition);
      return;
    }
    const bool all = plan.type == Plan::Type::all;
    for (std::size_t i = 0; i < plan.children.size(); ++i) {
      const Plan& child = plan.children[i];
      const bool last = i + 1 == plan.children.size();
      const auto next = static_cast<std::uint32_t>(out_.size()) + child.leaves;
      emit(child, all && !last ? next : on_true, !all && !last ? next : on_false);
    }
  }

 private:
  std::vector<Instruction>& out_;
  std::vector<std::uint32_t>* conditions_;  // null: nobody asks
};

}  // namespace

Program::Program() = default;
Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

bool Program::empty() const noexcept { return code_ == nullptr; }

std::size_t Program::pattern_bytes() const noexcept {
  return code_ ? code_->constants.pattern_bytes : 0;
}

bool Program::matches(const Value* row, Scratch& scratch) const noexcept {
  if (!code_) return true;
  const std::vector<Instruction>& instructions = code_->instructions;
  if (instructions.empty()) return false;
  try {
    std::uint32_t at = 0;
    do {
      const Instruction& instruction = instructions[at];
      at = evaluate(instruction, code_->constants, row, scratch) ? instruction.on_true
                                                                 : instruction.on_false;
    } while (at < reject);
    return at == accept;
  } catch (...) {
    return false;  // out of memory: a buffer for folding, or RE2's caches
  }
}

bool Program::trace(const Value* row, Scratch& scratch, std::vector<Step>& steps) const {
  if (!code_) return true;
  if (code_->instructions.empty()) return false;
  std::uint32_t at = 0;
  do {
    const Instruction& instruction = code_->instructions[at];
    const bool truth = evaluate(instruction, code_->constants, row, scratch);
    steps.push_back({code_->conditions[at], truth});
    at = truth ? instruction.on_true : instruction.on_false;
  } while (at < reject);
  return at == accept;
}

bool Program::depends_on_time() const noexcept { return false; }

Program compile(const Node& node, const Environment& environment, SlotMap& slots) {
  auto code = std::make_unique<Program::Code>();
  SavedFilters filters(environment.saved, environment.saved_names);
  LeafBuilder leaves(code->constants, slots);
  const Plan plan = make_plan(node, leaves, filters);
  Program program;
  if (plan.always()) return program;
  code->instructions.reserve(plan.leaves);
  if (!plan.never()) Emitter(code->instructions).emit(plan, accept, reject);
  program.code_ = std::move(code);
  return program;
}

Program compile_traced(const Node& node, const Environment& environment, SlotMap& slots) {
  auto code = std::make_unique<Program::Code>();
  SavedFilters filters(environment.saved, environment.saved_names);
  LeafBuilder leaves(code->constants, slots);
  const Plan plan = make_plan(node, leaves, filters);
  Program program;
  if (plan.always()) return program;
  if (!plan.never()) Emitter(code->instructions, &code->conditions).emit(plan, accept, reject);
  program.code_ = std::move(code);
  return program;
}

}  // namespace weir::filter
