// The vocabulary of filter expressions: operators, what may stand on either side of them, and the
// functions that operands are written as.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "filter/tree.h"
#include "lookup/table.h"

namespace weir::filter {

// What an operand is, as the table of docs/filters.md has it; and sets of such.
using OperandKinds = std::uint16_t;
namespace operand {
inline constexpr OperandKinds field = 1;
inline constexpr OperandKinds active_list = 2;
inline constexpr OperandKinds dictionary = 4;
inline constexpr OperandKinds context_table = 8;
inline constexpr OperandKinds table = 16;
inline constexpr OperandKinds intelligence = 32;
inline constexpr OperandKinds constant = 64;
inline constexpr OperandKinds list = 128;
inline constexpr OperandKinds nothing = 256;

inline constexpr OperandKinds value = field | active_list | dictionary | context_table | table;
inline constexpr OperandKinds constants = constant | list;
}  // namespace operand

OperandKinds kind_of(const Operand& operand) noexcept;

struct OperatorTraits {
  std::string_view name;
  OperandKinds left;
  OperandKinds right;
  bool left_array;     // true of an array if true of one of its elements
  bool in_aggregates;  // may stand in the filter of an aggregation rule
};

inline constexpr std::size_t operator_count = 18;

namespace detail {
inline constexpr OperandKinds found = operand::value | operand::intelligence;
inline constexpr OperandKinds any = found | operand::constants;
}  // namespace detail

// By the number of the operator.
inline constexpr std::array<OperatorTraits, operator_count> operators{{
    {"=", detail::found, detail::any, true, true},
    {"<", detail::found, operand::value | operand::constant, false, true},
    {"<=", detail::found, operand::value | operand::constant, false, true},
    {">", detail::found, operand::value | operand::constant, false, true},
    {">=", detail::found, operand::value | operand::constant, false, true},
    {"inSubnet", detail::found, detail::any, true, true},
    {"contains", detail::found, detail::any, true, true},
    {"startsWith", detail::found, detail::any, true, true},
    {"endsWith", detail::found, detail::any, true, true},
    {"match", detail::found, operand::constants, true, true},
    {"hasBit", operand::value, operand::constants, false, true},
    {"inDictionary", operand::dictionary, operand::nothing, false, true},
    {"inActiveList", operand::active_list, operand::nothing, false, true},
    {"inContextTable", operand::context_table, operand::nothing, false, true},
    {"hasVulnerability", operand::value, operand::constants | operand::nothing, true, false},
    {"inCategory", operand::value, operand::constants, true, true},
    {"inActiveDirectoryGroup", operand::value, operand::constants, true, false},
    {"TIDetect", operand::intelligence, operand::nothing, false, false},
}};

inline const OperatorTraits& traits(Operator op) noexcept {
  return operators[static_cast<std::size_t>(op)];
}

// Written as a function, without a left side: inDictionary('Name', Key) and the like.
inline bool is_function(Operator op) noexcept { return traits(op).right == operand::nothing; }

// How such a one is written: "inDictionary('Name', Field)".
std::string_view usage(Operator op) noexcept;

// In any case; nothing if there is no such operator.
std::optional<Operator> find_operator(std::string_view word) noexcept;

// Where a lookup or threat intelligence stands as an operand.
struct OperandFunction {
  std::string_view name;
  OperandKinds kind;
  lookup::Kind lookup;  // of intelligence nothing to go by
};
inline constexpr std::array<OperandFunction, 5> operand_functions{{
    {"dictionary", operand::dictionary, lookup::Kind::dictionary},
    {"table", operand::table, lookup::Kind::table},
    {"activeList", operand::active_list, lookup::Kind::active_list},
    {"contextTable", operand::context_table, lookup::Kind::context_table},
    {"ti", operand::intelligence, lookup::Kind::dictionary},
}};

// In any case; null if there is no such function. A field may have its name: only a parenthesis
// behind it makes it a function.
const OperandFunction* find_operand_function(std::string_view word) noexcept;

// The spelling of a lookup as an operand: "dictionary"; "" of assets and a directory, which no
// operand names.
std::string_view function_name(lookup::Kind kind) noexcept;

// and, or, not, nocase, filter.
bool is_reserved(std::string_view word) noexcept;

}  // namespace weir::filter
