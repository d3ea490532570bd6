// Comparing and copying short runs of bytes without a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir {

using WordPair = std::uint64_t __attribute__((vector_size(16)));

template <class T>
T load(const void* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// As memcmp(…) == 0. Reads words that overlap at the end, never beyond it.
inline bool equal_bytes(const char* a, const char* b, std::size_t size) noexcept {
  const auto differ = [&]<class Word>(Word) {
    const std::size_t tail = size - sizeof(Word);
    Word difference = load<Word>(a + tail) ^ load<Word>(b + tail);
    for (std::size_t i = 0; i < tail; i += sizeof(Word))
      difference |= load<Word>(a + i) ^ load<Word>(b + i);
    return difference;
  };
  if (size >= 16) {
    const WordPair difference = differ(WordPair{});
    return (difference[0] | difference[1]) == 0;
  }
  if (size >= 8) return differ(std::uint64_t{}) == 0;
  if (size >= 4) return differ(std::uint32_t{}) == 0;
  std::size_t i = 0;
  while (i < size && a[i] == b[i]) ++i;
  return i == size;
}

// Copies `size` bytes; up to 32 without a call.
inline void copy_bytes(char* to, const char* from, std::size_t size) noexcept {
  const auto ends = [&]<class Word>(Word) {
    const Word head = load<Word>(from), tail = load<Word>(from + size - sizeof(Word));
    std::memcpy(to, &head, sizeof head);
    std::memcpy(to + size - sizeof tail, &tail, sizeof tail);
  };
  if (size >= 8) {
    if (size <= 16)
      ends(std::uint64_t{});
    else if (size <= 32)
      ends(WordPair{});
    else
      std::memcpy(to, from, size);
  } else if (size >= 4) {
    ends(std::uint32_t{});
  } else if (size >= 2) {
    ends(std::uint16_t{});
  } else if (size == 1) {
    *to = *from;
  }
}

}  // namespace weir
