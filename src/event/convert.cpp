#include "event/convert.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "event/rfc3339.h"

namespace weir {

namespace {

bool to_text(Value& value, Bump& bump) {
  char digits[32];
  switch (value.kind) {
    case Kind::integer:
      value = Value::of(bump.copy(format_integer(value.integer(), digits)));
      return true;
    case Kind::floating:
      if (!std::isfinite(value.floating())) return false;
      value = Value::of(bump.copy(format_double(value.floating(), digits)));
      return true;
    case Kind::boolean:
      value = Value::of(std::string_view(value.word != 0 ? "true" : "false"));
      return true;
    default:
      return value.kind == Kind::text;
  }
}

bool to_number(Value& value, FieldType type) noexcept {
  if (value.kind == Kind::floating) {
    const double number = value.floating();
    // The bounds are exact: 2^63 is the first double that does not fit.
    if (!(number >= -0x1p63 && number < 0x1p63) || std::trunc(number) != number) return false;
    value = Value::of(static_cast<std::int64_t>(number));
  } else if (value.kind == Kind::text) {
    auto number = parse_integer(value.text());
    if (!number && type == FieldType::timestamp) number = parse_rfc3339(value.text());
    if (!number) return false;
    value = Value::of(*number);
  }
  return value.kind == Kind::integer;
}

bool to_floating(Value& value) noexcept {
  if (value.kind == Kind::integer) {
    value = Value::of(static_cast<double>(value.integer()));
  } else if (value.kind == Kind::text) {
    const auto number = parse_number(value.text());
    if (!number) return false;
    value = Value::of(*number);
  }
  return value.kind == Kind::floating && std::isfinite(value.floating());
}

// Element by element; one that does not convert makes the whole value unfit.
bool to_array(Value& value, FieldType type, Bump& bump) {
  if (!is_array(value.kind)) return false;
  const bool texts = type == FieldType::text_array;
  char* const to = bump.take(value.size * (texts ? sizeof(TextRef) : 8));
  for (std::uint32_t i = 0; i < value.size; ++i) {
    Value one = element_of(value, i);
    if (texts) {
      if (!to_text(one, bump)) return false;
      reinterpret_cast<TextRef*>(to)[i] = {one.pointer<char>(), one.size};
    } else {
      if (type == FieldType::number_array ? !to_number(one, FieldType::number) : !to_floating(one))
        return false;
      reinterpret_cast<std::uint64_t*>(to)[i] = one.word;
    }
  }
  const Kind kind = texts                             ? Kind::text_array
                    : type == FieldType::number_array ? Kind::integer_array
                                                      : Kind::float_array;
  value = Value::array(kind, to, value.size);
  return true;
}

// An empty text is absent, so it is no element.
void drop_empty_texts(Value& array, Bump& bump) {
  const TextRef* const texts = array.pointer<TextRef>();
  const auto is_empty = [](const TextRef& text) { return text.size == 0; };
  if (std::none_of(texts, texts + array.size, is_empty)) return;
  auto* const to = reinterpret_cast<TextRef*>(bump.take(array.size * sizeof(TextRef)));
  const auto* const end = std::remove_copy_if(texts, texts + array.size, to, is_empty);
  const auto left = static_cast<std::uint32_t>(end - to);
  array = left == 0 ? Value{} : Value::array(Kind::text_array, to, left);
}

}  // namespace

bool is_finite(const Value& value) noexcept {
  if (value.kind == Kind::floating) return std::isfinite(value.floating());
  if (value.kind != Kind::float_array) return true;
  const double* const numbers = value.pointer<double>();
  return std::all_of(numbers, numbers + value.size,
                     [](double number) { return std::isfinite(number); });
}

bool convert(Value& value, FieldType type, Bump& bump) {
  const bool sized = value.kind == Kind::text || value.kind == Kind::json || is_array(value.kind);
  if (sized && value.size == 0) value = {};
  if (value.kind == Kind::text_array) drop_empty_texts(value, bump);
  if (!value.present()) return true;
  if (fits(value.kind, type)) return is_finite(value);
  switch (type) {
    case FieldType::text:
      return to_text(value, bump);
    case FieldType::number:
    case FieldType::timestamp:
      return to_number(value, type);
    case FieldType::floating:
      return to_floating(value);
    case FieldType::text_array:
    case FieldType::number_array:
    case FieldType::float_array:
      return to_array(value, type, bump);
    case FieldType::structured:
    case FieldType::any:
      return false;
  }
  return false;
}

}  // namespace weir
