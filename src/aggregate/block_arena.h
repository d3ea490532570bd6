// Memory of one shard, in blocks of any size that are reused by size.
//
// A block is named by a 32-bit Ref, so that tables and links stay small. Blocks lie in regions
// taken from the system, first 64 KiB, then 2 MiB in huge pages; none goes back before the arena
// does. A frugal one takes no huge pages, of which one byte costs 2 MiB: what it has not used yet
// takes no memory. take and give cost a few instructions: a free list for each size class, else the
// end of the region. Classes are 8 bytes apart up to 512 and a quarter of a power of two apart
// beyond, so that at most a fifth of a large block is waste.
//
// New blocks come from the current region; behind it may lie a spare one, which reserve() makes
// when the current one might not do, and which becomes the current one when it really does not. So
// a reservation that is larger than what is taken costs no memory.
//
// reserve() may throw and changes nothing that can be seen; the take()s it announced cannot fail.
// A block that was given back keeps its first 4 bytes, and a fresh one has them zero: generations
// of buckets live there. Its owner, a shard, is the lock.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace weir::aggregate {

class BlockArena {
 public:
  using Ref = std::uint32_t;
  static constexpr Ref null = 0;

  explicit BlockArena(bool frugal = false) noexcept : frugal_(frugal) {}
  BlockArena(BlockArena&&) = default;
  BlockArena& operator=(BlockArena&&) = default;

  // The bytes that a block of that size takes.
  static std::size_t rounded(std::size_t size) noexcept { return class_size(class_of(size)); }

  // Of the regions to come.
  void set_frugal(bool frugal) noexcept { frugal_ = frugal; }

  // From now on blocks whose rounded sizes add up to `bytes` can be taken. Throws bad_alloc.
  void reserve(std::size_t bytes);

  // REQUIRES: reserved. Uninitialised but for the first 4 bytes.
  Ref take(std::size_t size) noexcept;
  // `size`: as taken.
  void give(Ref ref, std::size_t size) noexcept;

  std::byte* at(Ref ref) const noexcept {
    return pages_[ref / units_per_page] + std::size_t{ref % units_per_page} * unit;
  }
  template <class T>
  T* as(Ref ref) const noexcept {
    return reinterpret_cast<T*>(at(ref));
  }

  std::size_t used() const noexcept { return used_; }    // bytes in blocks that are taken
  std::size_t bytes() const noexcept { return bytes_; }  // bytes from the system
  // Bytes in blocks that were given back and wait for one of their size.
  std::size_t idle() const noexcept { return idle_; }

 private:
  static constexpr std::size_t unit = 8;
  static constexpr std::size_t page = 64 * 1024;
  static constexpr std::uint32_t units_per_page = page / unit;
  static constexpr std::size_t large_region = 2 * 1024 * 1024;
  static constexpr std::size_t small_classes = 64;  // 8, 16 … 512
  static constexpr std::size_t classes = small_classes + 4 * 24;

  static std::size_t class_of(std::size_t size) noexcept;
  static std::size_t class_size(std::size_t index) noexcept;

  struct Free {
    std::size_t size = 0;
    void operator()(std::byte* bytes) const noexcept;
  };
  using Memory = std::unique_ptr<std::byte, Free>;
  static Memory memory_of(std::size_t size);

  // A region from which blocks are taken, one behind the other.
  struct Region {
    Ref next = null;       // its first unit that was not taken
    std::size_t left = 0;  // bytes from there on
  };
  Region make_region(std::size_t bytes);
  std::size_t usual_region() const noexcept;

  std::vector<std::byte*> pages_;  // by page number; those of one region are neighbours
  std::vector<Memory> regions_;
  std::array<Ref, classes> free_{};
  Region current_;
  Region spare_;
  std::size_t used_ = 0;
  std::size_t idle_ = 0;
  std::size_t bytes_ = 0;
  bool frugal_ = false;
};

}  // namespace weir::aggregate
