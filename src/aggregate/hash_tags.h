// Sixteen bytes of hashes, compared at once.
#pragma once

#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace weir::aggregate {

// Bit i is set if byte i of the sixteen is `tag`.
inline std::uint32_t matching_tags(const void* tags, std::uint8_t tag) noexcept {
#ifdef __SSE2__
  const __m128i all = _mm_loadu_si128(static_cast<const __m128i*>(tags));
  const __m128i same = _mm_cmpeq_epi8(all, _mm_set1_epi8(static_cast<char>(tag)));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(same));
#else
  std::uint32_t bits = 0;
  for (unsigned i = 0; i < 16; ++i)
    bits |= std::uint32_t{static_cast<const std::uint8_t*>(tags)[i] == tag} << i;
  return bits;
#endif
}

}  // namespace weir::aggregate
