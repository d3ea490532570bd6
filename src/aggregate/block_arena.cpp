#include "aggregate/block_arena.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include "base/mapped_memory.h"

namespace weir::aggregate {

std::size_t BlockArena::class_of(std::size_t size) noexcept {
  if (size <= small_classes * unit) return size == 0 ? 0 : (size - 1) / unit;
  // Four classes to a doubling: 640, 768, 896, 1024, 1280 …
  const auto exponent = static_cast<std::size_t>(std::bit_width(size - 1)) - 1;
  const std::size_t quarter = ((size - 1) >> (exponent - 2)) & 3;
  return small_classes + (exponent - 9) * 4 + quarter;
}

std::size_t BlockArena::class_size(std::size_t index) noexcept {
  if (index < small_classes) return (index + 1) * unit;
  const std::size_t exponent = (index - small_classes) / 4 + 9;
  const std::size_t quarter = (index - small_classes) % 4;
  return (std::size_t{5} + quarter) << (exponent - 2);
}

void BlockArena::Free::operator()(std::byte* bytes) const noexcept { unmap_memory(bytes, size); }

BlockArena::Memory BlockArena::memory_of(std::size_t size) {
  return {static_cast<std::byte*>(map_memory(size)), Free{size}};
}

void BlockArena::reserve(std::size_t bytes) {
  if (current_.left >= bytes || spare_.left >= bytes) return;
  // Of the two that are too small the larger is used up first; the other's rest is let go.
  const Region larger = make_region(bytes);
  if (current_.left < spare_.left) std::swap(current_, spare_);
  spare_ = larger;
}

std::size_t BlockArena::usual_region() const noexcept {
  if (!frugal_) return bytes_ < large_region / 2 ? page : large_region;
  return std::clamp(std::bit_floor(bytes_ / 16), page, large_region / 2);
}

BlockArena::Region BlockArena::make_region(std::size_t bytes) {
  bytes += unit;  // of the first region, which has no block 0
  // Powers of two, so that needs that grow little by little do not each get a region. A frugal one
  // takes what compacting needs, and no more.
  const std::size_t needed = frugal_ ? (bytes + page - 1) / page * page : std::bit_ceil(bytes);
  const std::size_t size = std::max(usual_region(), needed);
  const std::size_t pages = size / page;
  if ((pages_.size() + pages) * units_per_page > 0xFFFFFFFFULL) throw std::bad_alloc();
  Memory memory = memory_of(size);
  if (frugal_) madvise(memory.get(), size, MADV_NOHUGEPAGE);
  pages_.reserve(std::bit_ceil(pages_.size() + pages));
  regions_.reserve(std::bit_ceil(regions_.size() + 1));
  Region region{static_cast<Ref>(pages_.size() * units_per_page), size};
  for (std::size_t i = 0; i < pages; ++i) pages_.push_back(memory.get() + i * page);
  if (region.next == null) {  // a Ref of 0 means none
    region.next += 1;
    region.left -= unit;
  }
  bytes_ += size;
  regions_.push_back(std::move(memory));
  return region;
}

BlockArena::Ref BlockArena::take(std::size_t size) noexcept {
  const std::size_t index = class_of(size);
  const std::size_t taken = class_size(index);
  used_ += taken;
  if (const Ref free = free_[index]; free != null) {
    std::memcpy(&free_[index], at(free) + sizeof(Ref), sizeof(Ref));
    idle_ -= taken;
    return free;
  }
  if (current_.left < taken) {
    current_ = spare_;
    spare_ = {};
  }
  assert(current_.left >= taken);
  const Ref ref = current_.next;
  current_.next += static_cast<Ref>(taken / unit);
  current_.left -= taken;
  std::memset(at(ref), 0, sizeof(Ref));
  return ref;
}

void BlockArena::give(Ref ref, std::size_t size) noexcept {
  const std::size_t index = class_of(size);
  std::memcpy(at(ref) + sizeof(Ref), &free_[index], sizeof(Ref));
  free_[index] = ref;
  used_ -= class_size(index);
  idle_ += class_size(index);
}

}  // namespace weir::aggregate
