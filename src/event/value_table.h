// A table from a source's values to those of a field, such as 6 → tcp. Immutable, so for any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "event/value.h"

namespace weir {

class ValueTable {
 public:
  // Of two entries with one key the first counts.
  explicit ValueTable(std::vector<std::pair<std::string, std::string>> entries);

  // What stands for a value, whose decimal text counts if it is a number: 6 and "6" are one, "06"
  // is another. Null: nothing does. O(1), allocates nothing.
  const std::string* find(const Value& value) const noexcept;

  std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept;
  };

  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> entries_;
};

}  // namespace weir
