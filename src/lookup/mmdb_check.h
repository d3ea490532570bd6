// Whether values of a MaxMind database can be read without surprises
// (https://maxmind.github.io/MaxMind-DB/, "Output Data Section").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::lookup {

// One data section. Looks at each value once, however many point to it.
class MmdbCheck {
 public:
  // Borrows the section.
  explicit MmdbCheck(std::string_view section) : section_(section), seen_(section.size()) {}

  // Whether the value lies in the section, is of known types and sizes, has keys and texts in
  // UTF-8, nests a few levels deep, and all that it points to is so likewise.
  bool is_sound(std::uint64_t offset);

 private:
  struct Item {
    unsigned type = 0;
    std::uint64_t size = 0;  // bytes of a scalar, items of a list, of a pointer its target
    bool good = false;
  };

  bool check_value(std::uint64_t at);
  Item read_item(std::uint64_t& at) const;
  bool is_text(const Item& item, std::uint64_t at) const;
  std::uint64_t byte(std::uint64_t at) const { return static_cast<unsigned char>(section_[at]); }
  bool has_room(std::uint64_t at, std::uint64_t size) const {
    return at <= section_.size() && size <= section_.size() - at;
  }

  std::string_view section_;
  std::vector<bool> seen_;
  std::vector<std::uint64_t> targets_;  // of pointers, to be looked at
};

}  // namespace weir::lookup
