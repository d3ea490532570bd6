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
#include <span>
#include <string_view>

#include "aggregate/number.h"
#include "base/bump.h"
#include "event/slots.h"
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
  const auto put_integer = [&](std::uint64_t word) {
    return word < 0x10000 ? put(key_tag::small_integer, static_cast<std::uint16_t>(word))
                          : put(key_tag::integer, word);
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
      return put_integer(value.word);
    case Kind::floating: {
      const Value number = as_integer_if_whole(value);
      return number.kind == Kind::integer ? put_integer(number.word)
                                          : put(key_tag::floating, number.word);
    }
    case Kind::absent:
      *to++ = key_tag::absent;
      return to;
    case Kind::boolean:
      *to++ = value.word != 0 ? key_tag::yes : key_tag::no;
      return to;
    default:
      return append_array_key(to, value);
  }
}

// The values at the slots, one behind the other, in `memory`. Throws bad_alloc.
std::string_view make_key(std::span<const Slot> slots, const Value* row, Bump& memory);

// Reads back what append_key wrote and moves on; a double without a fraction comes back as an
// integer. Texts and arrays are copied to `bump`. Throws bad_alloc.
Value read_key(const char*& from, Bump& bump);

}  // namespace weir::aggregate
