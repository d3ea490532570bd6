#include "aggregate/key_state.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#include "aggregate/key.h"
#include "aggregate/number.h"

namespace weir::aggregate {

namespace {

template <class T>
bool take(std::string_view& bytes, T& value) noexcept {
  if (bytes.size() < sizeof value) return false;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return true;
}

bool skip(std::string_view& bytes, std::uint64_t size) noexcept {
  if (bytes.size() < size) return false;
  bytes.remove_prefix(size);
  return true;
}

bool is_whole_or_nothing(FieldType type) noexcept {
  return type == FieldType::number || type == FieldType::timestamp || type == FieldType::any ||
         type == FieldType::floating;
}

// The form of a number is the shortest: a double only where no integer equals it.
bool take_number(std::string_view& bytes, char tag) noexcept {
  if (tag == key_tag::small_integer) return skip(bytes, sizeof(std::uint16_t));
  if (tag == key_tag::integer) {
    std::uint64_t word = 0;
    return take(bytes, word) && word >= 0x10000;
  }
  double number = 0;
  return take(bytes, number) && std::isfinite(number) &&
         as_integer_if_whole(Value::of(number)).kind == Kind::floating;
}

bool take_text(std::string_view& bytes, char tag) noexcept {
  if (tag == key_tag::short_text) {
    std::uint8_t size = 0;
    return take(bytes, size) && size > 0 && skip(bytes, size);
  }
  std::uint32_t size = 0;
  return take(bytes, size) && size >= 256 && skip(bytes, size);
}

bool take_array(std::string_view& bytes, char tag) noexcept {
  std::uint32_t count = 0;
  if (!take(bytes, count) || count == 0) return false;
  if (tag == key_tag::integers) return skip(bytes, std::uint64_t{count} * 8);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t size = 0;
    double number = 0;
    const bool good = tag == key_tag::texts ? take(bytes, size) && skip(bytes, size)
                                            : take(bytes, number) && std::isfinite(number) &&
                                                  !(number == 0 && std::signbit(number));
    if (!good) return false;
  }
  return true;
}

bool suits(char tag, FieldType type) noexcept {
  const bool any = type == FieldType::any;
  switch (tag) {
    case key_tag::small_integer:
    case key_tag::integer:
      return is_whole_or_nothing(type);
    case key_tag::floating:
      return any || type == FieldType::floating;
    case key_tag::short_text:
    case key_tag::text:
      return any || type == FieldType::text;
    case key_tag::no:
    case key_tag::yes:
      return any;
    case key_tag::integers:
      return type == FieldType::number_array;
    case key_tag::floats:
      return type == FieldType::float_array;
    case key_tag::texts:
      return type == FieldType::text_array;
    default:
      return tag == key_tag::absent;
  }
}

}  // namespace

bool take_key_value(std::string_view& bytes, FieldType type) noexcept {
  char tag = 0;
  if (!take(bytes, tag) || !suits(tag, type)) return false;
  switch (tag) {
    case key_tag::small_integer:
    case key_tag::integer:
    case key_tag::floating:
      return take_number(bytes, tag);
    case key_tag::short_text:
    case key_tag::text:
      return take_text(bytes, tag);
    case key_tag::integers:
    case key_tag::floats:
    case key_tag::texts:
      return take_array(bytes, tag);
    default:
      return true;
  }
}

}  // namespace weir::aggregate
