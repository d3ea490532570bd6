// One value of one field, as every stage after the readers sees it.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace weir {

// The numbers are those of WEIR_INTEGER … in weir.h.
// As wide as in weir_field, so that a Value has no padding and moves as two words.
enum class Kind : std::uint32_t {
  absent = 0,
  integer = 1,
  floating = 2,
  text = 3,
  boolean = 4,
  integer_array = 5,
  float_array = 6,
  text_array = 7,
  json = 8,
};

// An element of a text array; the layout of weir_text.
struct TextRef {
  const char* data = nullptr;
  std::uint64_t size = 0;
  std::string_view view() const noexcept { return {data, size}; }
};

// 16 bytes, trivially copied; text and arrays are borrowed from the event. A text that is not
// absent is never empty: readers turn an empty text into absent.
struct Value {
  std::uint64_t word = 0;
  std::uint32_t size = 0;  // bytes of a text or of JSON, elements of an array
  Kind kind = Kind::absent;

  bool present() const noexcept { return kind != Kind::absent; }
  std::int64_t integer() const noexcept { return static_cast<std::int64_t>(word); }
  double floating() const noexcept { return std::bit_cast<double>(word); }
  std::string_view text() const noexcept { return {pointer<char>(), size}; }
  // The first of `size` elements of an array.
  template <class T>
  const T* pointer() const noexcept {
    return reinterpret_cast<const T*>(static_cast<std::uintptr_t>(word));
  }

  static Value of(std::int64_t number) noexcept {
    return {static_cast<std::uint64_t>(number), 0, Kind::integer};
  }
  static Value of(double number) noexcept {
    return {std::bit_cast<std::uint64_t>(number), 0, Kind::floating};
  }
  static Value of(std::string_view text) noexcept {
    if (text.empty()) return {};
    return {address(text.data()), static_cast<std::uint32_t>(text.size()), Kind::text};
  }
  static Value json(std::string_view text) noexcept {
    return {address(text.data()), static_cast<std::uint32_t>(text.size()), Kind::json};
  }
  static Value array(Kind kind, const void* first, std::uint32_t size) noexcept {
    return {address(first), size, kind};
  }
  static std::uint64_t address(const void* pointer) noexcept {
    return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(pointer));
  }
};

inline bool is_array(Kind kind) noexcept {
  return kind >= Kind::integer_array && kind <= Kind::text_array;
}

// An empty text and an array without elements are absent, however a reader left them.
inline bool is_absent(const Value& value) noexcept {
  if (value.kind == Kind::absent) return true;
  return value.size == 0 && (value.kind == Kind::text || value.kind >= Kind::integer_array);
}

// REQUIRES: an array, i below its size. An empty text is absent.
inline Value element_of(const Value& array, std::uint32_t i) noexcept {
  if (array.kind == Kind::text_array) return Value::of(array.pointer<TextRef>()[i].view());
  const Kind kind = array.kind == Kind::float_array ? Kind::floating : Kind::integer;
  return {array.pointer<std::uint64_t>()[i], 0, kind};
}

static_assert(sizeof(Value) == 16);
static_assert(std::endian::native == std::endian::little, "readers write size and kind as a word");

}  // namespace weir
