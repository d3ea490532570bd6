#include "aggregate/key.h"

#include <string_view>

#include "aggregate/number.h"

namespace weir::aggregate {

namespace {

template <class T>
T get(const char*& from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  from += sizeof value;
  return value;
}

template <class T>
char* put(char* to, const T& value) noexcept {
  std::memcpy(to, &value, sizeof value);
  return to + sizeof value;
}

Value read_text(const char*& from, std::uint32_t size, Bump& bump) {
  const std::string_view text = bump.copy({from, size});
  from += size;
  return Value::of(text);
}

Value read_array(char tag, const char*& from, Bump& bump) {
  const auto count = get<std::uint32_t>(from);
  const bool texts = tag == key_tag::texts;
  char* const to = bump.take(count * (texts ? sizeof(TextRef) : 8));
  if (texts) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto size = get<std::uint32_t>(from);
      const std::string_view text = bump.copy({from, size});
      reinterpret_cast<TextRef*>(to)[i] = {text.data(), text.size()};
      from += size;
    }
    return Value::array(Kind::text_array, to, count);
  }
  std::memcpy(to, from, std::size_t{count} * 8);
  from += std::size_t{count} * 8;
  return Value::array(tag == key_tag::floats ? Kind::float_array : Kind::integer_array, to, count);
}

}  // namespace

std::size_t array_key_room(const Value& array) noexcept {
  std::size_t room = 16;
  if (array.kind != Kind::text_array) return room + std::size_t{array.size} * 8;
  for (std::uint32_t i = 0; i < array.size; ++i)
    room += sizeof(std::uint32_t) + array.pointer<TextRef>()[i].size;
  return room;
}

char* append_array_key(char* to, const Value& array) noexcept {
  if (array.size == 0) {
    *to++ = key_tag::absent;
    return to;
  }
  *to++ = array.kind == Kind::text_array    ? key_tag::texts
          : array.kind == Kind::float_array ? key_tag::floats
                                            : key_tag::integers;
  to = put(to, array.size);
  if (array.kind == Kind::text_array) {
    for (std::uint32_t i = 0; i < array.size; ++i) {
      const std::string_view text = array.pointer<TextRef>()[i].view();
      to = put(to, static_cast<std::uint32_t>(text.size()));
      if (!text.empty()) std::memcpy(to, text.data(), text.size());
      to += text.size();
    }
  } else if (array.kind == Kind::float_array) {
    // 0.0 and -0.0 are one value.
    for (std::uint32_t i = 0; i < array.size; ++i) to = put(to, array.pointer<double>()[i] + 0.0);
  } else {
    std::memcpy(to, array.pointer<char>(), std::size_t{array.size} * 8);
    to += std::size_t{array.size} * 8;
  }
  return to;
}

char* append_key(char* to, const Value& value) noexcept {
  using key_detail::put;
  if (char* const end = append_common_key(to, value); end != nullptr) return end;
  switch (value.kind) {
    case Kind::text:
      to = put(to, key_tag::text, value.size);
      std::memcpy(to, value.pointer<char>(), value.size);
      return to + value.size;
    case Kind::floating: {
      const Value number = as_integer_if_whole(value);
      return number.kind == Kind::integer ? key_detail::put_integer(to, number.word)
                                          : put(to, key_tag::floating, number.word);
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

Value read_key(const char*& from, Bump& bump) {
  const char tag = *from++;
  switch (tag) {
    case key_tag::small_integer:
      return Value::of(std::int64_t{get<std::uint16_t>(from)});
    case key_tag::integer:
      return Value::of(get<std::int64_t>(from));
    case key_tag::floating:
      return Value::of(get<double>(from));
    case key_tag::short_text:
      return read_text(from, get<std::uint8_t>(from), bump);
    case key_tag::text:
      return read_text(from, get<std::uint32_t>(from), bump);
    case key_tag::no:
    case key_tag::yes:
      return {tag == key_tag::yes ? 1U : 0U, 0, Kind::boolean};
    case key_tag::integers:
    case key_tag::floats:
    case key_tag::texts:
      return read_array(tag, from, bump);
    default:
      return {};
  }
}

}  // namespace weir::aggregate
