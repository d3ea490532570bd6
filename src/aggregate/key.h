// The key of a group: the values of the identical fields as bytes, compared whole.
//
// Each value is a tag and its payload, so that absent, number and text never meet: ("ab","c") and
// ("a","bc") differ, and so do 1 and "1". Short forms save memory without joining what is
// different: a small integer takes 2 bytes of payload, a text below 256 bytes one byte of length.
// Addresses stay text: packing a dotted quad costs more time (20 ns) than it saves in hashing.
// A double without a fraction goes as the integer that it equals: where types are as fed, 1 and 1.0
// are one key. An array is its number of elements and each of them whole; an empty one is absent.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/bump.h"
#include "base/bytes.h"
#include "event/value.h"

namespace weir::aggregate {

// Of array values, which are rare.
std::size_t array_key_room(const Value& array) noexcept;
char* append_array_key(char* to, const Value& array) noexcept;

// Bytes that append_key may write for a value; it may touch these beyond what it returns.
inline std::size_t key_room(const Value& value) noexcept {
  if (value.kind == Kind::text) return std::size_t{5} + 16 + value.size;
  return value.kind <= Kind::boolean ? 16 : array_key_room(value);
}

namespace key_tag {
inline constexpr char absent = 0, small_integer = 1, integer = 2, floating = 3, short_text = 4,
                      text = 5, no = 6, yes = 7, integers = 8, floats = 9, texts = 10;
}

// Of what most values are: append_common_key writes texts below 256 bytes and integers, at most
// this many bytes.
constexpr std::size_t common_key_room = 2 + 255;

namespace key_detail {

template <class T>
char* put(char* to, char tag, const T& payload) noexcept {
  *to = tag;
  std::memcpy(to + 1, &payload, sizeof payload);
  return to + 1 + sizeof payload;
}

inline char* put_integer(char* to, std::uint64_t word) noexcept {
  return word < 0x10000 ? put(to, key_tag::small_integer, static_cast<std::uint16_t>(word))
                        : put(to, key_tag::integer, word);
}

}  // namespace key_detail

// Writes one value; returns the end, or null if it is not a common one.
inline char* append_common_key(char* to, const Value& value) noexcept {
  if (value.kind == Kind::text && value.size < 256) {
    // The size stands behind the tag.
    const auto head = static_cast<std::uint16_t>(key_tag::short_text | value.size << 8);
    std::memcpy(to, &head, sizeof head);
    copy_bytes(to + 2, value.pointer<char>(), value.size);
    return to + 2 + value.size;
  }
  return value.kind == Kind::integer ? key_detail::put_integer(to, value.word) : nullptr;
}

// Writes one value; returns the end.
char* append_key(char* to, const Value& value) noexcept;

// Reads back what append_key wrote and moves on; a double without a fraction comes back as an
// integer. Texts and arrays are copied to `bump`. Throws bad_alloc.
Value read_key(const char*& from, Bump& bump);

}  // namespace weir::aggregate
