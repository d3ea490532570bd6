#include "base/seeded_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/secret.h"

namespace weir {

std::size_t SeededHash::operator()(std::string_view text) const noexcept {
  static const std::uint64_t secret = process_secret();
  return XXH3_64bits_withSeed(text.data(), text.size(), secret);
}

}  // namespace weir
