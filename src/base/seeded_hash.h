// Hashes of texts that come from outside: nobody there can tell which of them collide.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir {

// For unordered containers whose keys are texts; finds a text without making it a string.
struct SeededHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept;
};

}  // namespace weir
