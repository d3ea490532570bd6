// Comparing and copying short runs of bytes without a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir {

template <class T>
T load(const char* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// As memcmp(…) == 0. Reads words that overlap at the end, never beyond it.
inline bool equal_bytes(const char* a, const char* b, std::size_t size) noexcept {
  using Word = std::uint64_t;
  if (size < sizeof(Word)) {
    std::size_t i = 0;
    while (i < size && a[i] == b[i]) ++i;
    return i == size;
  }
  const std::size_t tail = size - sizeof(Word);
  Word difference = load<Word>(a + tail) ^ load<Word>(b + tail);
  for (std::size_t i = 0; i < tail; i += sizeof(Word))
    difference |= load<Word>(a + i) ^ load<Word>(b + i);
  return difference == 0;
}

}  // namespace weir
