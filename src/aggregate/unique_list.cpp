#include "aggregate/unique_list.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

#include "aggregate/number.h"
#include "base/text.h"

namespace weir::aggregate {

namespace {

// Two rounds of multiplying and folding: every bit of the input reaches the top byte, which is the
// tag, and the low bits, which lead through the pages. Cheaper than a hash of bytes.
std::uint64_t mix(std::uint64_t x) noexcept {
  x ^= x >> 32;
  x *= 0xD6E8FEB86659FD93ULL;
  x ^= x >> 32;
  x *= 0xD6E8FEB86659FD93ULL;
  return x ^ x >> 32;
}

// A value as the string that is stored and compared. Points into itself: not to be copied.
struct Entry : HashedEntry {
  Entry(const Value& value, std::uint64_t seed) noexcept {
    Value number = value;
    if (value.kind == Kind::floating) number = as_integer_if_whole(value);
    word = number.word;
    bytes = reinterpret_cast<const char*>(&word);
    size = sizeof word;
    switch (number.kind) {
      case Kind::text:
        content = Content::text;
        bytes = number.pointer<char>();
        size = number.size;
        hash = XXH3_64bits_withSeed(bytes, size, seed);
        return;
      case Kind::integer:
        content = Content::integer;
        if (word >> 32 == 0) {
          content = Content::small_integer;
          size = sizeof(std::uint32_t);
        }
        break;
      case Kind::boolean:
        content = Content::boolean;
        word = word != 0;
        size = 1;
        break;
      default:
        content = Content::floating;
    }
    hash = mix(word ^ seed);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  std::uint64_t word;
};
static_assert(std::endian::native == std::endian::little, "a small integer is its first bytes");

template <class Visit>
void each_value(const UniqueList& list, const BlockArena& arena, Visit&& visit) {
  DistinctWalk walk(list, arena);
  for (DistinctEntry entry; walk.next(entry);) visit(value_in(entry));
}

std::string_view as_text(const Value& value, std::span<char, 32> buffer) noexcept {
  switch (value.kind) {
    case Kind::text:
      return value.text();
    case Kind::integer:
      return format_integer(value.integer(), buffer);
    case Kind::floating:
      return format_double(value.floating(), buffer);
    default:
      return value.word != 0 ? "true" : "false";
  }
}

Kind array_kind(const UniqueList& list, FieldType element, const BlockArena& arena) noexcept {
  if (element == FieldType::floating || element == FieldType::float_array) return Kind::float_array;
  if (element == FieldType::text || element == FieldType::text_array) return Kind::text_array;
  if (element != FieldType::any) return Kind::integer_array;
  bool numbers = true, integers = true;
  each_value(list, arena, [&](const Value& value) {
    integers = integers && value.kind == Kind::integer;
    numbers = numbers && (value.kind == Kind::integer || value.kind == Kind::floating);
  });
  if (integers) return Kind::integer_array;
  return numbers ? Kind::float_array : Kind::text_array;
}

}  // namespace

Value value_in(const DistinctEntry& entry) noexcept {
  std::uint64_t word = 0;
  switch (entry.content) {
    case Content::text:
      return Value::of(std::string_view(entry.bytes, entry.size));
    case Content::floating:
      std::memcpy(&word, entry.bytes, sizeof word);
      return {word, 0, Kind::floating};
    case Content::boolean:
      std::memcpy(&word, entry.bytes, 1);
      return {word, 0, Kind::boolean};
    default:
      std::memcpy(&word, entry.bytes, entry.size);
      return {word, 0, Kind::integer};
  }
}

std::size_t array_unique_room(const Value& array, std::uint32_t limit) noexcept {
  const std::uint32_t count = std::min(array.size, limit);
  std::size_t bytes = std::size_t{count} * 8;
  if (array.kind == Kind::text_array) {
    bytes = 0;
    for (std::uint32_t i = 0; i < array.size; ++i) bytes += array.pointer<TextRef>()[i].size;
  }
  return distinct_room(count, bytes, limit);
}

std::uint32_t add_unique(UniqueList& list, const Value& value, std::uint32_t limit,
                         std::uint64_t seed, BlockArena& arena) noexcept {
  const auto left_out = [&](const Value& one) {
    return add(list, Entry(one, seed), limit, arena) == Added::full ? 1U : 0U;
  };
  if (!is_array(value.kind)) return left_out(value);
  std::uint32_t cut = 0;
  for (std::uint32_t i = 0; i < value.size; ++i)
    if (const Value one = element_of(value, i); one.present()) cut += left_out(one);
  return cut;
}

void prefetch_unique(const UniqueList& list, const Value& value, std::uint64_t seed,
                     const BlockArena& arena) noexcept {
  if (list.count == 0 || is_array(value.kind)) return;
  // Without pages no hash is needed.
  prefetch(list, list.page == BlockArena::null ? 0 : Entry(value, seed).hash, arena);
}

Value unique_values(const UniqueList& list, FieldType element, const BlockArena& arena,
                    Bump& bump) {
  if (list.count == 0) return {};
  const Kind kind = array_kind(list, element, arena);
  const bool texts = kind == Kind::text_array;
  char* const to = bump.take(list.count * (texts ? sizeof(TextRef) : 8));
  std::size_t i = 0;
  each_value(list, arena, [&](const Value& value) {
    if (texts) {
      char digits[32];
      const std::string_view copy = bump.copy(as_text(value, digits));
      reinterpret_cast<TextRef*>(to)[i++] = {copy.data(), copy.size()};
    } else {
      const Value number = kind == Kind::float_array ? Value::of(as_double(value)) : value;
      std::memcpy(to + 8 * i++, &number.word, 8);
    }
  });
  return Value::array(kind, to, list.count);
}

Value unique_text(const UniqueList& list, const BlockArena& arena, Bump& bump) {
  if (list.count == 0) return {};
  char digits[32];
  std::size_t size = list.count - 1;
  each_value(list, arena, [&](const Value& value) { size += as_text(value, digits).size(); });
  char* const text = bump.take(size + 1);
  char* to = text;
  each_value(list, arena, [&](const Value& value) {
    if (to != text) *to++ = ',';
    const std::string_view one = as_text(value, digits);
    std::memcpy(to, one.data(), one.size());
    to += one.size();
  });
  *to = '\0';
  return Value::of(std::string_view(text, size));
}

}  // namespace weir::aggregate
