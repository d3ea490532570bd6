// The key of a group: the values of the identical fields as bytes, compared whole.
//
// Each value is a tag and its payload, so that absent, number and text never meet: ("ab","c") and
// ("a","bc") differ, and so do 1 and "1". Short forms save memory without joining what is
// different: a small integer takes 2 bytes of payload, a text below 256 bytes one byte of length.
// Addresses stay text: packing a dotted quad costs more time (20 ns) than it saves in hashing.
// Arrays do not occur.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/bump.h"
#include "event/slots.h"
#include "event/value.h"

namespace weir::aggregate {

// Bytes that append_key may write for a value; it may touch these beyond what it returns.
inline std::size_t key_room(const Value& value) noexcept {
  return value.kind == Kind::text ? std::size_t{5} + 16 + value.size : 16;
}

namespace key_tag {
inline constexpr char absent = 0, small_integer = 1, integer = 2, floating = 3, short_text = 4,
                      text = 5;
}

// Copies `size` bytes; up to 16 without a call, then perhaps writing as many as 16.
inline void copy_short(char* to, const char* from, std::size_t size) noexcept {
  if (size > 16) {
    std::memcpy(to, from, size);
  } else if (size >= 8) {
    std::uint64_t head, tail;
    std::memcpy(&head, from, 8);
    std::memcpy(&tail, from + size - 8, 8);
    std::memcpy(to, &head, 8);
    std::memcpy(to + size - 8, &tail, 8);
  } else if (size >= 4) {
    std::uint32_t head, tail;
    std::memcpy(&head, from, 4);
    std::memcpy(&tail, from + size - 4, 4);
    std::memcpy(to, &head, 4);
    std::memcpy(to + size - 4, &tail, 4);
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
  }
}

// Writes one value; returns the end.
inline char* append_key(char* to, const Value& value) noexcept {
  const auto put = [&](char tag, const auto& payload) {
    *to = tag;
    std::memcpy(to + 1, &payload, sizeof payload);
    return to + 1 + sizeof payload;
  };
  switch (value.kind) {
    case Kind::text:
      if (value.size >= 256) {
        to = put(key_tag::text, value.size);
      } else {
        *to++ = key_tag::short_text;
        *to++ = static_cast<char>(value.size);
      }
      copy_short(to, value.pointer<char>(), value.size);
      return to + value.size;
    case Kind::integer:
      return value.word < 0x10000
                 ? put(key_tag::small_integer, static_cast<std::uint16_t>(value.word))
                 : put(key_tag::integer, value.word);
    case Kind::floating:
      // 0.0 and -0.0 are one value.
      return put(key_tag::floating, value.floating() == 0 ? 0.0 : value.floating());
    default:
      *to++ = key_tag::absent;
      return to;
  }
}

// Reads back what append_key wrote and moves on. Text is copied to `bump`. Throws bad_alloc.
Value read_key(const char*& from, Bump& bump);

}  // namespace weir::aggregate
