// Conditions of one group that a single condition with a list can stand for: of `A match 'x' or A
// match 'y'` is made `A match ['x', 'y']`, whose cost hardly grows with the length of the list.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "filter/tree.h"

namespace weir::filter {

// Which of the conditions go together, by position: each at least two, in ascending order. What
// stands in one of them is true of an event if any of the conditions is.
std::vector<std::vector<std::size_t>> fusible(std::span<const Node* const> conditions);

// The condition that is true where any of these is. REQUIRES: they are fusible. Its places in the
// text are the first one's: what is wrong with it has to be found in the conditions themselves.
Node fuse(std::span<const Node* const> conditions);

}  // namespace weir::filter
