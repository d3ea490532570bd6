#include "failing_memory.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

thread_local bool armed = false;
thread_local std::uint64_t until_first = 0;
thread_local std::uint64_t to_fail = 0;
thread_local std::uint64_t failed = 0;
thread_local std::size_t spared = 0;  // bytes up to which none fails

bool fails(std::size_t size) noexcept {
  if (!armed || size < spared || (until_first > 0 && --until_first > 0) || to_fail == 0)
    return false;
  --to_fail;
  ++failed;
  return true;
}

void* allocate(std::size_t size, std::size_t alignment) noexcept {
  if (fails(size)) return nullptr;
  void* memory = nullptr;
  if (alignment <= alignof(max_align_t)) return std::malloc(size == 0 ? 1 : size);
  return posix_memalign(&memory, alignment, size) == 0 ? memory : nullptr;
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* const memory = allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

namespace weir {

void fail_allocations(std::uint64_t first, std::uint64_t count) noexcept {
  until_first = first;
  to_fail = count;
  failed = 0;
  spared = 0;
  armed = true;
}
void fail_large_allocations(std::size_t size, std::uint64_t count) noexcept {
  fail_allocations(1, count);
  spared = size + 1;
}
void allow_allocations() noexcept { armed = false; }
std::uint64_t failed_allocations() noexcept { return failed; }

}  // namespace weir

// Every form, because a sanitizer has its own of those that a program leaves out.
void* operator new(std::size_t size) { return allocate_or_throw(size, 1); }
void* operator new[](std::size_t size) { return allocate_or_throw(size, 1); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 1); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

// What the arenas ask for their regions, in place of the C library's.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return allocate(size, alignment);
}

// RE2 lets go of what it has begun when an allocation fails on the way.
extern "C" const char* __lsan_default_suppressions() { return "leak:libre2"; }
