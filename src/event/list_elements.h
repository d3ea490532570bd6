// The elements of a list that a mapping looks at.
#pragma once

#include "base/text.h"
#include "event/key_tree.h"
#include "event/value.h"

namespace weir {

// Calls take(element, key) for those that are wanted. REQUIRES: an array
template <class Take>
void for_wanted_elements(const KeyTree& keys, KeyTree::Node node, const Value& list, Take&& take) {
  for (std::uint32_t i = 0; i < list.size; ++i) {
    char digits[32];
    const KeyTree::Key key = keys.find(node, format_integer(i, digits));
    if (key.wanted()) take(element_of(list, i), key);
  }
}

}  // namespace weir
