// The vocabulary of filter expressions: operators and what they take.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "filter/tree.h"

namespace weir::filter {

// What may stand right of an operator, besides a constant, which every one of these takes.
struct OperatorTraits {
  std::string_view name;
  bool supported;    // false: recognised and refused, for now
  bool right_field;  // an event field may stand right of it
  bool right_list;   // a list may stand right of it
  bool left_array;   // true of an array if true of one of its elements
};

inline constexpr std::size_t operator_count = 18;

// By the number of the operator.
inline constexpr std::array<OperatorTraits, operator_count> operators{{
    {"=", true, true, true, true},
    {"<", true, true, false, false},
    {"<=", true, true, false, false},
    {">", true, true, false, false},
    {">=", true, true, false, false},
    {"inSubnet", true, true, true, true},
    {"contains", true, true, true, true},
    {"startsWith", true, true, true, true},
    {"endsWith", true, true, true, true},
    {"match", true, false, true, true},
    {"hasBit", true, false, true, false},
    {"inDictionary", false, false, false, false},
    {"inActiveList", false, false, false, false},
    {"inContextTable", false, false, false, false},
    {"hasVulnerability", false, false, false, false},
    {"inCategory", false, false, false, false},
    {"inActiveDirectoryGroup", false, false, false, false},
    {"TIDetect", false, false, false, false},
}};

inline const OperatorTraits& traits(Operator op) noexcept {
  return operators[static_cast<std::size_t>(op)];
}

// In any case; nothing if there is no such operator.
std::optional<Operator> find_operator(std::string_view word) noexcept;

// The operand kinds of a later version, as functions: dictionary('Name', Key) and the like; the
// spelling of the documentation, or "" if `word` is none of them.
std::string_view later_operand(std::string_view word) noexcept;

// and, or, not, nocase, filter.
bool is_reserved(std::string_view word) noexcept;

}  // namespace weir::filter
