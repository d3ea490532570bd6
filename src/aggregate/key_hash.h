// The hash of a key, which says in which shard and slot its bucket is.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace weir::aggregate {

// seed: of the key's rule.
inline std::uint64_t hash_of_key(std::string_view key, std::uint64_t seed) noexcept {
  return XXH3_64bits_withSeed(key.data(), key.size(), seed);
}

}  // namespace weir::aggregate
