// Memory from the system in whole pages, zeroed, which goes back to it whole: malloc would keep it
// for smaller pieces. From 2 MiB on it lies in huge pages, aligned to them.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>

namespace weir {

constexpr std::size_t huge_page = 2 * 1024 * 1024;

inline void unmap_memory(void* memory, std::size_t size) noexcept { munmap(memory, size); }

// Throws bad_alloc. REQUIRES: a multiple of 4 KiB from huge_page on.
inline void* map_memory(std::size_t size) {
  const std::size_t slack = size < huge_page ? 0 : huge_page;
  if (size + slack < size) throw std::bad_alloc();
  void* const all =
      mmap(nullptr, size + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) throw std::bad_alloc();
  if (slack == 0) return all;
  // What lies before and behind the aligned part is not wanted.
  auto* const first = static_cast<std::byte*>(all);
  const std::size_t skip = (huge_page - reinterpret_cast<std::uintptr_t>(first)) % huge_page;
  if (skip > 0) munmap(first, skip);
  if (skip < slack) munmap(first + skip + size, slack - skip);
  madvise(first + skip, size, MADV_HUGEPAGE);
  return first + skip;
}

}  // namespace weir
