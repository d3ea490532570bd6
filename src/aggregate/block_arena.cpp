#include "aggregate/block_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>

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

void BlockArena::Free::operator()(std::byte* bytes) const noexcept { std::free(bytes); }

void BlockArena::reserve(std::size_t bytes) {
  if (left_ >= bytes) return;
  bytes += unit;  // of the first region, which has no block 0
  const std::size_t usual = bytes_ < large_region / 2 ? page : large_region;
  const std::size_t size = std::max(usual, (bytes + page - 1) / page * page);
  const std::size_t pages = size / page;
  if ((pages_.size() + pages) * units_per_page > 0xFFFFFFFFULL) throw std::bad_alloc();
  // Only the usual region is one huge page; a larger one is for a single large block.
  std::unique_ptr<std::byte, Free> region(static_cast<std::byte*>(
      std::aligned_alloc(size == large_region ? large_region : page, size)));
  if (region == nullptr) throw std::bad_alloc();
  if (size == large_region) madvise(region.get(), size, MADV_HUGEPAGE);
  pages_.reserve(std::bit_ceil(pages_.size() + pages));
  regions_.reserve(std::bit_ceil(regions_.size() + 1));
  next_ = static_cast<Ref>(pages_.size() * units_per_page);
  left_ = size;
  for (std::size_t i = 0; i < pages; ++i) pages_.push_back(region.get() + i * page);
  if (next_ == null) {  // a Ref of 0 means none
    next_ += 1;
    left_ -= unit;
  }
  bytes_ += size;
  regions_.push_back(std::move(region));
}

BlockArena::Ref BlockArena::take(std::size_t size) noexcept {
  const std::size_t index = class_of(size);
  const std::size_t taken = class_size(index);
  used_ += taken;
  if (const Ref free = free_[index]; free != null) {
    std::memcpy(&free_[index], at(free) + sizeof(Ref), sizeof(Ref));
    return free;
  }
  assert(left_ >= taken);
  const Ref ref = next_;
  next_ += static_cast<Ref>(taken / unit);
  left_ -= taken;
  std::memset(at(ref), 0, sizeof(Ref));
  return ref;
}

void BlockArena::give(Ref ref, std::size_t size) noexcept {
  const std::size_t index = class_of(size);
  std::memcpy(at(ref) + sizeof(Ref), &free_[index], sizeof(Ref));
  free_[index] = ref;
  used_ -= class_size(index);
}

}  // namespace weir::aggregate
