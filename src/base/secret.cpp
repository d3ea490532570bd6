#include "base/secret.h"

#include <cstring>
#include <memory>

namespace weir {

namespace {

std::uint64_t mix(std::uint64_t x) noexcept {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9ULL;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBULL;
  return x ^ x >> 31;
}

std::uint64_t make() noexcept {
  int on_stack = 0;
  const std::unique_ptr<int> on_heap(new (std::nothrow) int);
  std::uint64_t secret = 0;
  for (const void* address :
       {static_cast<const void*>(&on_stack), static_cast<const void*>(on_heap.get()),
        reinterpret_cast<const void*>(&std::memcmp), reinterpret_cast<const void*>(&mix)}) {
    secret = mix(secret ^ reinterpret_cast<std::uintptr_t>(address));
  }
  return secret;
}

}  // namespace

std::uint64_t process_secret() noexcept {
  static const std::uint64_t secret = make();
  return secret;
}

}  // namespace weir
