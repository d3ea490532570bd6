// Bounds of a filter, so that no document can exhaust the stack or the memory. They are far beyond
// what people write. A saved filter counts in full each time it is used, its lists included: a few
// lines of references can stand for gigabytes.
#pragma once

#include <cstddef>

namespace weir::filter {

inline constexpr std::size_t max_depth = 200;          // of 'not' and parentheses in one text
inline constexpr std::size_t max_tree_depth = 1'000;   // of a tree with its saved filters inlined
inline constexpr std::size_t max_conditions = 32'768;  // of such a tree
inline constexpr std::size_t max_nodes = 4 * max_conditions;  // likewise, with negations and groups
inline constexpr std::size_t max_items = 1'000'000;           // likewise, of all its lists and keys
inline constexpr std::size_t max_expression_bytes = std::size_t{16} << 20;  // as a document's
// Of the constants of a tree with its saved filters inlined, the names of its lookups among them;
// one without any cannot exceed it.
inline constexpr std::size_t max_constant_bytes = max_expression_bytes;
// Of the compiled expressions of such a tree, as patterns.h estimates them.
inline constexpr std::size_t max_pattern_bytes = std::size_t{64} << 20;

// Matching builds automata. What those of an engine may grow to is divided among its `match`
// conditions: up to a thousand of them keep within it.
inline constexpr std::size_t automata_memory = std::size_t{256} << 20;
inline constexpr std::size_t most_automaton_memory = std::size_t{32} << 20;    // of one condition
inline constexpr std::size_t least_automaton_memory = std::size_t{256} << 10;  // likewise

constexpr std::size_t automaton_memory(std::size_t conditions) noexcept {
  const std::size_t share = automata_memory / (conditions == 0 ? 1 : conditions);
  return share < least_automaton_memory  ? least_automaton_memory
         : share > most_automaton_memory ? most_automaton_memory
                                         : share;
}

}  // namespace weir::filter
