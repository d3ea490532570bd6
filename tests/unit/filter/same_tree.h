// Whether two trees are the same but for where they stand in their texts.
#pragma once

#include <cstddef>

#include "filter/tree.h"

namespace weir::filter {

inline bool same_tree(const Node& a, const Node& b) {
  if (a.type != b.type || a.children.size() != b.children.size()) return false;
  if (a.saved_name != b.saved_name) return false;
  if (a.type == Node::Type::condition) {
    return a.op == b.op && a.left == b.left && a.right == b.right &&
           a.ignore_case == b.ignore_case && a.min_severity == b.min_severity;
  }
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (!same_tree(a.children[i], b.children[i])) return false;
  }
  return true;
}

}  // namespace weir::filter
