// Bounds of a filter, so that no document can exhaust the stack or the memory. They are far beyond
// what people write; long enumerations belong in lists, which only the bytes bound.
#pragma once

#include <cstddef>

namespace weir::filter {

inline constexpr std::size_t max_depth = 200;          // of 'not' and parentheses in one text
inline constexpr std::size_t max_tree_depth = 1'000;   // of a tree with its saved filters inlined
inline constexpr std::size_t max_conditions = 32'768;  // of such a tree
inline constexpr std::size_t max_nodes = 4 * max_conditions;  // likewise, with negations and groups
inline constexpr std::size_t max_expression_bytes = std::size_t{16} << 20;  // as a document's

}  // namespace weir::filter
