// A set of texts, for `=` against a list: is this text one of them?
//
// Up to eight texts are compared one after the other; more go into a hash table with linear
// probing, at most half full, so a look-up costs one hash and about one comparison whatever the
// number of texts. Texts of a length that no item has are turned away before either. Immutable once
// built; any thread may look up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::filter {

class TextSet {
 public:
  // Past this many a hash is cheaper than comparing: the length filter turns most texts away.
  static constexpr std::size_t max_linear = 8;

  explicit TextSet(std::vector<std::string> items);

  bool contains(std::string_view text) const noexcept;

 private:
  static std::uint64_t length_bit(std::size_t length) noexcept {
    return std::uint64_t{1} << (length < 63 ? length : 63);
  }
  std::size_t home(std::string_view text) const noexcept;

  std::vector<std::string> items_;
  std::vector<std::uint32_t> slots_;  // index + 1 of an item, 0 if free; a power of two, or empty
  std::uint64_t lengths_ = 0;         // bits of the lengths that occur; 63 and more share one
};

}  // namespace weir::filter
