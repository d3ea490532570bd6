#include "filter/part_set.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace weir::filter {
namespace {

// Shorter texts have a group of their own, or every code would be as short as the shortest.
constexpr std::size_t short_bytes = 4;
constexpr std::size_t code_bytes = 8;
// Bits of the bitmap for each code: so few of the places that have none get past it.
constexpr std::size_t bits_per_code = 32;
constexpr std::size_t min_bits = 512;
constexpr std::size_t max_bits = std::size_t{1} << 21;  // 256 KiB: what a core's own cache holds

constexpr std::uint64_t hash_of(std::uint64_t code) noexcept {
  return code * 0x9E37'79B9'7F4A'7C15ULL;
}

// Compares from the end.
int compare_backward(std::string_view a, std::string_view b) noexcept {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 1; i <= common; ++i) {
    const auto x = static_cast<unsigned char>(a[a.size() - i]);
    const auto y = static_cast<unsigned char>(b[b.size() - i]);
    if (x != y) return x < y ? -1 : 1;
  }
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

}  // namespace

PartSet::PartSet(Part part, std::span<const std::string_view> texts) : part_(part) {
  std::vector<std::string_view> small;
  std::vector<std::string_view> large;
  for (const std::string_view text : texts) {
    if (text.empty()) always_ = true;
    (text.size() < short_bytes ? small : large).push_back(text);
  }
  if (always_) return;
  for (auto* const group : {&large, &small}) {
    if (group->empty()) continue;
    std::size_t shortest = code_bytes;
    for (const std::string_view text : *group) shortest = std::min(shortest, text.size());
    groups_.emplace_back(shortest, part == Part::end, std::move(*group));
  }
}

bool PartSet::found_in(std::string_view text) const noexcept {
  if (always_) return true;
  for (const Group& group : groups_)
    if (part_ == Part::anywhere ? group.occurs(text) : group.begins(text)) return true;
  return false;
}

PartSet::Group::Group(std::size_t bytes, bool from_end, std::vector<std::string_view> texts)
    : bytes_(bytes), from_end_(from_end) {
  std::sort(texts.begin(), texts.end(),
            [this](std::string_view a, std::string_view b) { return precedes(a, b); });
  for (const std::string_view text : texts)
    if (texts_.empty() || !is_part(text, texts_.back())) texts_.push_back(text);
  index();
}

bool PartSet::Group::precedes(std::string_view a, std::string_view b) const noexcept {
  return from_end_ ? compare_backward(a, b) < 0 : a < b;
}

bool PartSet::Group::is_part(std::string_view text, std::string_view part) const noexcept {
  return from_end_ ? text.ends_with(part) : text.starts_with(part);
}

// REQUIRES: the text has as many bytes as a code.
std::uint64_t PartSet::Group::code_of(std::string_view text) const noexcept {
  std::uint64_t code = 0;
  std::memcpy(&code, from_end_ ? text.data() + text.size() - bytes_ : text.data(), bytes_);
  return code;
}

// Texts of one code stand side by side.
void PartSet::Group::index() {
  std::size_t codes = 0;
  for (std::size_t i = 0; i < texts_.size(); ++i)
    if (i == 0 || code_of(texts_[i]) != code_of(texts_[i - 1])) ++codes;
  const std::size_t bits = std::bit_ceil(std::clamp(codes * bits_per_code, min_bits, max_bits));
  bitmap_.resize(bits / 64);
  bitmap_shift_ = 64 - std::countr_zero(bits);
  ranges_.resize(std::bit_ceil(2 * codes));
  for (std::uint32_t begin = 0, end = 0; begin < texts_.size(); begin = end) {
    const std::uint64_t code = code_of(texts_[begin]);
    while (end < texts_.size() && code_of(texts_[end]) == code) ++end;
    const std::uint64_t hash = hash_of(code);
    const std::uint64_t bit = hash >> bitmap_shift_;
    bitmap_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    std::size_t slot = hash >> 32 & (ranges_.size() - 1);
    while (ranges_[slot].end != 0) slot = (slot + 1) & (ranges_.size() - 1);
    ranges_[slot] = {code, begin, end};
  }
}

bool PartSet::Group::may_have(std::uint64_t hash) const noexcept {
  const std::uint64_t bit = hash >> bitmap_shift_;
  return (bitmap_[bit / 64] >> (bit % 64) & 1) != 0;
}

// The last text that does not come after this one is the only one that it can begin with.
bool PartSet::Group::has(std::uint64_t code, std::uint64_t hash,
                         std::string_view text) const noexcept {
  std::size_t slot = hash >> 32 & (ranges_.size() - 1);
  for (; ranges_[slot].code != code; slot = (slot + 1) & (ranges_.size() - 1))
    if (ranges_[slot].end == 0) return false;
  const Range& range = ranges_[slot];
  if (range.end == 0) return false;
  const auto first = texts_.begin() + range.begin;
  const auto last = texts_.begin() + range.end;
  const auto after = std::upper_bound(
      first, last, text, [this](std::string_view a, std::string_view b) { return precedes(a, b); });
  return after != first && is_part(text, *(after - 1));
}

bool PartSet::Group::begins(std::string_view text) const noexcept {
  if (text.size() < bytes_) return false;
  const std::uint64_t code = code_of(text);
  const std::uint64_t hash = hash_of(code);
  return may_have(hash) && has(code, hash, text);
}

// What the loop needs is in registers: it is all that most searches do.
bool PartSet::Group::occurs(std::string_view text) const noexcept {
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - 8 * bytes_);
  const std::uint64_t* const bitmap = bitmap_.data();
  const int shift = bitmap_shift_;
  std::size_t at = 0;
  for (; at + code_bytes <= text.size(); ++at) {
    std::uint64_t code = 0;
    std::memcpy(&code, text.data() + at, code_bytes);
    code &= mask;
    const std::uint64_t hash = hash_of(code);
    const std::uint64_t bit = hash >> shift;
    if ((bitmap[bit / 64] >> (bit % 64) & 1) == 0) continue;
    if (has(code, hash, text.substr(at))) return true;
  }
  for (; at + bytes_ <= text.size(); ++at)
    if (begins(text.substr(at))) return true;
  return false;
}

}  // namespace weir::filter
