// A byte string of a distinct set: how it lies in memory, how it is compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace weir::aggregate {

// What the bytes are of; strings of different kinds differ. Not 0.
enum class Content : std::uint8_t {
  small_integer = 1,  // below 2^32, 4 bytes
  integer = 2,
  floating = 3,
  boolean = 4,
  text = 5,
  combination = 6,  // of several values
};

struct DistinctEntry {
  Content content;
  std::uint32_t size;
  const char* bytes;
};

struct HashedEntry : DistinctEntry {
  std::uint64_t hash;  // of content and bytes, well mixed
};

// An entry is its header and its bytes; the next one begins at a multiple of 4 in a head, of 8 in a
// segment.
inline std::uint32_t header_of(const DistinctEntry& entry) noexcept {
  return entry.size << 3 | static_cast<std::uint32_t>(entry.content);
}
constexpr std::size_t entry_bytes(std::size_t size, std::size_t alignment) noexcept {
  return (sizeof(std::uint32_t) + size + alignment - 1) / alignment * alignment;
}

inline bool is_entry(const std::byte* at, const DistinctEntry& entry) noexcept {
  return weir::load<std::uint32_t>(at) == header_of(entry) &&
         equal_bytes(reinterpret_cast<const char*>(at) + 4, entry.bytes, entry.size);
}

inline void write_entry(std::byte* to, const DistinctEntry& entry) noexcept {
  const std::uint32_t header = header_of(entry);
  std::memcpy(to, &header, sizeof header);
  copy_bytes(reinterpret_cast<char*>(to) + sizeof header, entry.bytes, entry.size);
}

inline DistinctEntry read_entry(const std::byte* at) noexcept {
  const auto header = weir::load<std::uint32_t>(at);
  return {static_cast<Content>(header & 7), header >> 3, reinterpret_cast<const char*>(at) + 4};
}

}  // namespace weir::aggregate
