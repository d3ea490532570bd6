// Allocations that fail when a test says so. In the whole program, on one thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir {

// From now on the `first`th allocation fails (1: the next one), and `count` - 1 after it.
void fail_allocations(std::uint64_t first, std::uint64_t count = 1) noexcept;
// From now on the next `count` allocations of more than `size` bytes fail.
void fail_large_allocations(std::size_t size, std::uint64_t count) noexcept;
// No more.
void allow_allocations() noexcept;
// How many have failed since fail_allocations().
std::uint64_t failed_allocations() noexcept;

// From the first allocation that fails to that of the next trial. Under a sanitizer, where a trial
// takes twenty times as long, one in three does.
#ifdef WEIR_SANITIZED
constexpr std::uint64_t stride = 3;
#else
constexpr std::uint64_t stride = 1;
#endif

}  // namespace weir
