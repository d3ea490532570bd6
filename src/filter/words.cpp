#include "filter/words.h"

#include <algorithm>

#include "filter/token.h"

namespace weir::filter {

OperandKinds kind_of(const Operand& operand) noexcept {
  if (const auto* lookup = std::get_if<Lookup>(&operand)) {
    for (const OperandFunction& function : operand_functions) {
      const bool looks_up = function.kind != operand::intelligence;
      if (looks_up && function.lookup == lookup->kind) return function.kind;
    }
    return 0;  // assets and directories are asked by operators alone
  }
  if (std::holds_alternative<EventField>(operand)) return operand::field;
  if (std::holds_alternative<Constant>(operand)) return operand::constant;
  if (std::holds_alternative<List>(operand)) return operand::list;
  if (std::holds_alternative<Intelligence>(operand)) return operand::intelligence;
  return operand::nothing;
}

std::string_view usage(Operator op) noexcept {
  switch (op) {
    case Operator::in_dictionary:
      return "inDictionary('Name', Field)";
    case Operator::in_active_list:
      return "inActiveList('Name', Field)";
    case Operator::in_context_table:
      return "inContextTable('Name', Field)";
    case Operator::ti_detect:
      return "TIDetect(Field) or TIDetect('category', Field)";
    default:
      return {};
  }
}

std::optional<Operator> find_operator(std::string_view word) noexcept {
  for (std::size_t i = 0; i < operator_count; ++i) {
    if (same_word(word, operators[i].name)) return static_cast<Operator>(i);
  }
  return std::nullopt;
}

const OperandFunction* find_operand_function(std::string_view word) noexcept {
  for (const OperandFunction& function : operand_functions) {
    if (same_word(word, function.name)) return &function;
  }
  return nullptr;
}

std::string_view function_name(lookup::Kind kind) noexcept {
  for (const OperandFunction& function : operand_functions) {
    if (function.kind != operand::intelligence && function.lookup == kind) return function.name;
  }
  return {};
}

bool is_reserved(std::string_view word) noexcept {
  constexpr std::array<std::string_view, 5> words{"and", "or", "not", "nocase", "filter"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view reserved) { return same_word(word, reserved); });
}

std::string_view operator_name(Operator op) noexcept { return traits(op).name; }

}  // namespace weir::filter
