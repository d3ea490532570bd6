#include "filter/explain.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "event/value_json.h"

namespace weir::filter {
namespace {

void append_constant(std::string& out, const Constant& constant) {
  bool whole = false;
  if (!constant.quoted && is_json_number(constant.text, whole))
    out += constant.text;
  else
    append_json_string(out, constant.text);
}

// What an operand gave, as JSON.
std::string value_of(const Operand& operand, const SlotMap& slots, const Value* row) {
  std::string out;
  if (const auto* field = std::get_if<EventField>(&operand)) {
    append_value(out, row[slots.find(field->id)]);
  } else if (const auto* constant = std::get_if<Constant>(&operand)) {
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

class Explainer {
 public:
  Explainer(const Environment& environment, const SlotMap& slots, const Value* row,
            Scratch& scratch)
      : environment_(environment), slots_(slots), row_(row), scratch_(scratch) {}

  Explanation explain(const Node& node) {
    std::vector<Program::Step> steps;
    compile_traced(node, environment_, slots_).trace(row_, scratch_, steps);
    for (const Program::Step& step : steps) {
      if (step.condition >= truths_.size()) truths_.resize(step.condition + 1);
      truths_[step.condition] = step.truth;
    }
    if (!steps.empty()) last_ = steps.back().condition;
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
    made.truth = made.reached ? *truths_[number] : holds_alone(node);
    made.left = value_of(node.left, slots_, row_);
    made.right = value_of(node.right, slots_, row_);
  }

  bool holds_alone(const Node& condition) {
    std::vector<Program::Step> steps;
    return compile_traced(condition, environment_, slots_).trace(row_, scratch_, steps);
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
