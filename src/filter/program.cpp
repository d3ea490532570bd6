#include "filter/program.h"

#include <utility>

#include "filter/compiled.h"
#include "filter/evaluate.h"
#include "filter/leaf.h"
#include "filter/saved.h"

namespace weir::filter {

struct Program::Code {
  std::vector<Instruction> instructions;
  Constants constants;
};

namespace {

// Writes the leaves of a plan one after the other. A group needs no instruction of its own: its
// leaves know where it goes on.
class Emitter {
 public:
  explicit Emitter(Compiled& out) : out_(out) {}

  void emit(const Plan& plan, std::uint32_t on_true, std::uint32_t on_false) {
    if (plan.type == Plan::Type::leaf) {
      Instruction instruction = plan.instruction;
      instruction.on_true = plan.negated ? on_false : on_true;
      instruction.on_false = plan.negated ? on_true : on_false;
      out_.instructions.push_back(instruction);
      out_.conditions.push_back(plan.condition);
      return;
    }
    const bool all = plan.type == Plan::Type::all;
    for (std::size_t i = 0; i < plan.children.size(); ++i) {
      const Plan& child = plan.children[i];
      const bool last = i + 1 == plan.children.size();
      const auto next = static_cast<std::uint32_t>(out_.instructions.size()) + child.leaves;
      emit(child, all && !last ? next : on_true, !all && !last ? next : on_false);
    }
  }

 private:
  Compiled& out_;
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

bool Program::matches(const Value* row, Scratch& scratch) const {
  if (!code_) return true;
  return run(code_->instructions, code_->constants, row, scratch, [](std::uint32_t, bool) {});
}

std::size_t count_matches(const Node& node, const FindSaved& saved) {
  if (node.type == Node::Type::condition) return node.op == Operator::match ? 1 : 0;
  if (node.type == Node::Type::saved) {
    const Node* const tree = saved ? saved(node.saved_name) : nullptr;
    return tree == nullptr ? 0 : count_matches(*tree, saved);
  }
  std::size_t count = 0;
  for (const Node& child : node.children) count += count_matches(child, saved);
  return count;
}

bool Program::depends_on_time() const noexcept { return code_ && code_->constants.depends_on_time; }

Compiled assemble(const Node& node, const Environment& environment, SlotMap& slots, Fusing fusing) {
  Compiled compiled;
  SavedFilters filters(environment.saved, environment.saved_names);
  LeafBuilder leaves(compiled.constants, slots, environment);
  const Plan plan = make_plan(node, leaves, filters, fusing);
  compiled.always = plan.always();
  compiled.instructions.reserve(plan.leaves);
  compiled.conditions.reserve(plan.leaves);
  if (!plan.always() && !plan.never()) Emitter(compiled).emit(plan, accept, reject);
  return compiled;
}

Program compile(const Node& node, const Environment& environment, SlotMap& slots) {
  Compiled compiled = assemble(node, environment, slots, Fusing::on);
  Program program;
  if (compiled.always) return program;
  program.code_ = std::make_unique<Program::Code>(
      Program::Code{std::move(compiled.instructions), std::move(compiled.constants)});
  return program;
}

}  // namespace weir::filter
