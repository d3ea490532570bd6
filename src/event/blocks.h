// Comparing and searching 32 bytes at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace weir {

constexpr std::size_t block_bytes = 32;

// Which of the bytes at `at` are `byte`: the first one's bit is the lowest.
// REQUIRES: a block can be read.
inline std::uint32_t find_in_block(const char* at, char byte) noexcept {
#ifdef __AVX2__
  const __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  return static_cast<std::uint32_t>(
      _mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_set1_epi8(byte))));
#else
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < block_bytes; ++i) found |= std::uint32_t{at[i] == byte} << i;
  return found;
#endif
}

// Whether the bytes of `a` and `b` whose bits are set in `mask` are equal.
// REQUIRES: a block of each can be read.
inline bool equal_in_block(const char* a, const char* b, std::uint32_t mask) noexcept {
#ifdef __AVX2__
  const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a));
  const __m256i y = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b));
  const auto equal = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, y)));
  return (~equal & mask) == 0;
#else
  for (std::uint32_t i = 0; i < block_bytes && mask >> i != 0; ++i)
    if ((mask >> i & 1) != 0 && a[i] != b[i]) return false;
  return true;
#endif
}

}  // namespace weir
