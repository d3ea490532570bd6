#include "filter/text_set.h"

#include <xxhash.h>

#include <bit>
#include <utility>

namespace weir::filter {

TextSet::TextSet(std::vector<std::string> items) : items_(std::move(items)) {
  for (const std::string& item : items_) lengths_ |= length_bit(item.size());
  if (items_.size() <= max_linear) return;
  slots_.resize(std::bit_ceil(items_.size() * 2));
  for (std::uint32_t i = 0; i < items_.size(); ++i) {
    std::size_t slot = home(items_[i]);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = i + 1;
  }
}

std::size_t TextSet::home(std::string_view text) const noexcept {
  return XXH3_64bits(text.data(), text.size()) & (slots_.size() - 1);
}

bool TextSet::contains(std::string_view text) const noexcept {
  if ((lengths_ & length_bit(text.size())) == 0) return false;
  if (slots_.empty()) {
    for (const std::string& item : items_) {
      if (item == text) return true;
    }
    return false;
  }
  for (std::size_t slot = home(text); slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    if (items_[slots_[slot] - 1] == text) return true;
  }
  return false;
}

}  // namespace weir::filter
