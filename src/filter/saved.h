// Follows references to saved filters: finds them, keeps the chain that led there, and says what
// is wrong with a reference (unknown name, cycle, too many nodes or constants or too deep in all).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "filter/program.h"
#include "filter/tree.h"

namespace weir::filter {

// What the constants of a condition come to, and the names and keys of its lookups.
struct ConstantExtent {
  std::size_t items = 0;  // of its list, and the fields of its keys
  std::size_t bytes = 0;  // of texts: a list's, a single one's, and names
};

// O(items); nothing for a node that is no condition.
ConstantExtent constant_extent(const Node& node) noexcept;

class SavedFilters {
 public:
  SavedFilters(const FindSaved& find, std::span<const std::string_view> known)
      : find_(find), known_(known) {}

  // The tree that `reference` names; it is in the chain until leave. Throws Failure whose offset is
  // in the text of the reference.
  const Node& enter(const Node& reference);
  void leave() noexcept { chain_.pop_back(); }

  // To be called for every node that is visited, with its depth in the whole tree.
  void count(const Node& node, std::size_t depth);

  // What a failure inside the saved filter of `reference` is to the one who wrote the reference.
  [[noreturn]] static void rethrow(const Node& reference, const Failure& failure);

 private:
  const FindSaved& find_;
  std::span<const std::string_view> known_;
  std::vector<std::string_view> chain_;
  std::size_t nodes_ = 0;
  std::size_t conditions_ = 0;
  ConstantExtent constants_;
};

}  // namespace weir::filter
