#include "filter/words.h"

#include <algorithm>

#include "filter/token.h"

namespace weir::filter {

std::optional<Operator> find_operator(std::string_view word) noexcept {
  for (std::size_t i = 0; i < operator_count; ++i) {
    if (same_word(word, operators[i].name)) return static_cast<Operator>(i);
  }
  return std::nullopt;
}

std::string_view later_operand(std::string_view word) noexcept {
  constexpr std::array<std::string_view, 5> operands{"dictionary", "table", "activeList",
                                                     "contextTable", "ti"};
  for (const std::string_view operand : operands) {
    if (same_word(word, operand)) return operand;
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
