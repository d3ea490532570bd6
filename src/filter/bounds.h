// Bounds of a filter, so that no document can exhaust the stack or the memory. They are far beyond
// what people write; long enumerations belong in lists, which only the bytes bound.
#pragma once

#include <cstddef>

namespace weir::filter {

inline constexpr std::size_t max_depth = 200;         // of 'not' and parentheses in one text
inline constexpr std::size_t max_tree_depth = 1'000;  // of a tree with its saved filters inlined
inline constexpr std::size_t max_nodes = 32'768;      // of such a tree
inline constexpr std::size_t max_expression_bytes = std::size_t{4} << 20;

}  // namespace weir::filter
