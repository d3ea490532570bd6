#include "event/line_reading.h"

#include <cmath>

#include "event/convert.h"

namespace weir {

namespace {

// A number, true, false or null for a field (or an element of one) of the type.
bool take_plain(Value& value, FieldType type, JsonCursor& cursor) noexcept {
  std::string_view raw;
  if (!cursor.take_scalar(value, raw)) return false;
  const bool whole = raw.find_first_of(".eE") == std::string_view::npos;
  // A whole number stands for itself as text, however long.
  if (type == FieldType::text && whole && raw != "-0" &&
      (value.kind == Kind::integer || value.kind == Kind::floating))
    value = Value::of(raw);
  // An integer beyond int64 does not become a number through the double next to it.
  if (value.kind == Kind::floating && whole && type != FieldType::floating)
    value = Value::of(HUGE_VAL);
  return true;
}

}  // namespace

void LineReading::store(Value value, const KeyTree::Key& key) {
  const bool plain = fits(value.kind, key.type) && value.kind <= Kind::text;
  if ((!plain || value.kind == Kind::floating) && !convert(value, key.type, bump)) {
    ++conversion_errors;
    value = {};
  }
  row[key.slot] = value;
}

bool LineReading::read_value(const KeyTree::Key& key, int depth) {
  std::string_view raw;
  const char c = cursor.peek();
  if (c == '"') {
    bool escaped = false;
    if (!cursor.take_string(raw, escaped)) return false;
    store(Value::of(text(raw, escaped)), key);
    return true;
  }
  if (c == '[' && is_array(key.type)) return read_array(key, depth);
  if (c == '{' || c == '[') {
    const std::uint32_t begin = cursor.offset();
    const char* const text = cursor.text() + begin;
    if (!cursor.skip_value(depth)) return false;
    std::uint32_t size = cursor.offset() - begin;
    while (text[size - 1] != '}' && text[size - 1] != ']') --size;  // white space behind it
    const Value value{Value::address(text), size, Kind::json};
    store(value, key);
    return true;
  }
  Value value;
  if (!take_plain(value, key.type, cursor)) return false;
  store(value, key);
  return true;
}

bool LineReading::read_array(const KeyTree::Key& key, int depth) {
  if (depth == 0) return cursor.fail(JsonError::too_deep);
  cursor.advance();
  elements.clear();
  const FieldType type = key.type == FieldType::text_array     ? FieldType::text
                         : key.type == FieldType::number_array ? FieldType::number
                                                               : FieldType::floating;
  bool good = true;
  for (bool more = cursor.first(']'); more; more = cursor.next(']')) {
    Value value;
    std::string_view raw;
    bool escaped = false;
    const char c = cursor.peek();
    if (c == '{' || c == '[') {
      if (!cursor.skip_value(depth - 1)) return false;
      good = false;
      continue;
    }
    if (!(c == '"' ? cursor.take_string(raw, escaped) : take_plain(value, type, cursor)))
      return false;
    if (c == '"') value = Value::of(text(raw, escaped));
    good = convert(value, type, bump) && good;
    if (value.present()) elements.push_back(value);  // null and '' are no elements
  }
  if (cursor.failed()) return false;
  if (!good) {
    ++conversion_errors;
    row[key.slot] = {};
    return true;
  }
  const bool texts = type == FieldType::text;
  char* const to = bump.take(elements.size() * (texts ? sizeof(TextRef) : 8));
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (texts)
      reinterpret_cast<TextRef*>(to)[i] = {elements[i].pointer<char>(), elements[i].size};
    else
      reinterpret_cast<std::uint64_t*>(to)[i] = elements[i].word;
  }
  row[key.slot] = {};
  if (!elements.empty())
    row[key.slot] = Value::array(array_of(type), to, static_cast<std::uint32_t>(elements.size()));
  return true;
}

}  // namespace weir
