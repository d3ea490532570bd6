#include "aggregate/key.h"

namespace weir::aggregate {

namespace {

template <class T>
T get(const char*& from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  from += sizeof value;
  return value;
}

}  // namespace

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
    case key_tag::text: {
      const std::uint32_t size =
          tag == key_tag::text ? get<std::uint32_t>(from) : get<std::uint8_t>(from);
      const std::string_view text = bump.copy({from, size});
      from += size;
      return Value::of(text);
    }
    default:
      return {};
  }
}

}  // namespace weir::aggregate
