// Many texts to be looked for at once: does this text begin with one of them, end with one, or
// contain one?
//
// Of two texts of which one begins with the other only the shorter matters, so what is kept is free
// of prefixes: sorted, at most one of it can begin at a place, and a binary search finds it. Before
// that come a table by the first few bytes and, for most places, a bitmap that says no, so that
// searching a text costs about a nanosecond a byte whatever the number of texts. For endings all
// of this is done from the end. Bytes are compared, UTF-8 or not. Immutable once built; any thread
// may search.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace weir::filter {

// Where a constant is looked for in a text.
enum class Part : std::uint8_t { anywhere, beginning, end };

class PartSet {
 public:
  // Up to so many texts are looked for one after the other, which is cheaper: measured with
  // tests/bench/filters.cpp. Anywhere a single one is searched for at some 25 ns in 40 bytes, a set
  // at 45.
  static constexpr std::size_t max_linear = 4;
  static constexpr std::size_t max_linear_anywhere = 2;

  // REQUIRES: the texts' bytes outlive the set.
  PartSet(Part part, std::span<const std::string_view> texts);

  bool found_in(std::string_view text) const noexcept;

 private:
  // The texts of at least so many bytes, which are told apart by their first ones.
  class Group {
   public:
    Group(std::size_t bytes, bool from_end, std::vector<std::string_view> texts);
    bool begins(std::string_view text) const noexcept;
    bool occurs(std::string_view text) const noexcept;

   private:
    struct Range {
      std::uint64_t code = 0;
      std::uint32_t begin = 0;
      std::uint32_t end = 0;  // 0: free
    };

    std::uint64_t code_of(std::string_view text) const noexcept;
    bool may_have(std::uint64_t hash) const noexcept;
    bool has(std::uint64_t code, std::uint64_t hash, std::string_view text) const noexcept;
    bool is_part(std::string_view text, std::string_view part) const noexcept;
    bool precedes(std::string_view a, std::string_view b) const noexcept;
    void index();

    std::size_t bytes_;  // 1 to 8: how many make a code
    bool from_end_;
    std::vector<std::string_view> texts_;  // sorted, none beginning with another
    std::vector<Range> ranges_;            // by hash of the code; a power of two, half full at most
    std::vector<std::uint64_t> bitmap_;    // of hashes
    int bitmap_shift_ = 0;
  };

  Part part_;
  bool always_ = false;  // an empty text is part of any
  std::vector<Group> groups_;
};

}  // namespace weir::filter
