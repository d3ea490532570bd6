#include "filter/explain.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "event/value_json.h"
#include "filter/compiled.h"
#include "filter/scalar.h"
#include "filter/words.h"

namespace weir::filter {
namespace {

void append_constant(std::string& out, const Constant& constant) {
  bool whole = false;
  if (!constant.quoted && is_json_number(constant.text, whole))
    out += constant.text;
  else
    append_json_string(out, constant.text);
}

// A constant or a list as JSON; nothing of what is evaluated, or is not there.
std::string written(const Operand& operand) {
  std::string out;
  if (const auto* constant = std::get_if<Constant>(&operand)) {
    append_constant(out, *constant);
  } else if (const auto* list = std::get_if<List>(&operand)) {
    out += '[';
    for (const Constant& item : list->items) {
      if (out.size() > 1) out += ',';
      append_constant(out, item);
    }
    out += ']';
  }
  return out;
}

std::string json(const Value& value) {
  std::string out;
  append_value(out, value);
  return out;
}

class Explainer {
 public:
  Explainer(const Environment& environment, const SlotMap& slots, const Value* row,
            Scratch& scratch)
      : environment_(environment), slots_(slots), row_(row), scratch_(scratch) {}

  Explanation explain(const Node& node) {
    const Compiled all = assemble(node, environment_, slots_, Fusing::off);
    run(all.instructions, all.constants, row_, scratch_, [&](std::uint32_t at, bool truth) {
      last_ = all.conditions[at];
      if (*last_ >= truths_.size()) truths_.resize(*last_ + 1);
      truths_[*last_] = truth;
    });
    return walk(node);
  }

 private:
  Explanation walk(const Node& node) {
    Explanation made;
    made.type = node.type;
    switch (node.type) {
      case Node::Type::condition:
        add_condition(made, node);
        break;
      case Node::Type::saved:
        made.text = node.saved_name;
        made.children.push_back(walk(*environment_.saved(node.saved_name)));
        made.truth = made.children.front().truth;
        break;
      default:
        for (const Node& child : node.children) made.children.push_back(walk(child));
        made.truth = truth_of(node.type, made.children);
        break;
    }
    return made;
  }

  static bool truth_of(Node::Type type, const std::vector<Explanation>& children) noexcept {
    const auto holds = [](const Explanation& child) { return child.truth; };
    if (type == Node::Type::any) return std::any_of(children.begin(), children.end(), holds);
    const bool all = std::all_of(children.begin(), children.end(), holds);
    return type == Node::Type::all ? all : !all;
  }

  // Conditions are walked in the order in which the program counts them.
  void add_condition(Explanation& made, const Node& node) {
    const std::uint32_t number = conditions_++;
    made.text = to_expression(node);
    made.reached = number < truths_.size() && truths_[number].has_value();
    made.decided = last_ == number;
    const Compiled alone = assemble(node, environment_, slots_, Fusing::off);
    const auto note = [](std::uint32_t, bool) {};
    made.truth = made.reached ? *truths_[number]
                              : run(alone.instructions, alone.constants, row_, scratch_, note);
    made.left = written(node.left);
    made.right = written(node.right);
    if (alone.instructions.empty()) return;
    const Instruction& instruction = alone.instructions.front();
    if (made.left.empty()) made.left = left_side(node, instruction, alone.constants);
    if (made.right.empty() && !std::holds_alternative<Nothing>(node.right))
      made.right = json(right_of(instruction, alone.constants, row_, scratch_));
  }

  // Where an entry itself is asked for, the key that it was looked for by; of threat intelligence
  // the value of the field that it is about.
  std::string left_side(const Node& node, const Instruction& instruction,
                        const Constants& constants) {
    if (const auto* asked = std::get_if<Intelligence>(&node.left);
        asked != nullptr && node.op == Operator::ti_detect)
      return json(row_[slots_.find(asked->field)]);
    const auto* lookup = std::get_if<Lookup>(&node.left);
    if (lookup == nullptr || !is_function(node.op))
      return json(left_of(instruction, constants, row_, scratch_));
    std::string key;
    for (const FieldId field : lookup->keys) {
      char buffer[32];
      const Value& value = row_[slots_.find(field)];
      if (field != lookup->keys.front()) key += '|';
      if (!is_absent(value)) key += text_of(scalar_of(value), buffer);
    }
    return json(Value::of(key));
  }

  const Environment& environment_;
  SlotMap slots_;  // a copy: compiling may not add to those of the rules, and has no need to
  const Value* row_;
  Scratch& scratch_;
  std::vector<std::optional<bool>> truths_;  // by condition, of those that the program came to
  std::optional<std::uint32_t> last_;        // of them
  std::uint32_t conditions_ = 0;             // walked so far
};

}  // namespace

Explanation explain(const Node& node, const Environment& environment, const SlotMap& slots,
                    const Value* row, Scratch& scratch) {
  return Explainer(environment, slots, row, scratch).explain(node);
}

}  // namespace weir::filter
