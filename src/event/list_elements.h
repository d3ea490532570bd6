// The elements of a list that a mapping looks at.
#pragma once

#include "base/text.h"
#include "event/key_tree.h"
#include "event/value.h"

namespace weir {

inline bool is_list(const Value& value) noexcept {
  return value.kind >= Kind::integer_array && value.kind <= Kind::text_array;
}

inline Value element_of(const Value& list, std::uint32_t i) noexcept {
  if (list.kind == Kind::integer_array) return Value::of(list.pointer<std::int64_t>()[i]);
  if (list.kind == Kind::float_array) return Value::of(list.pointer<double>()[i]);
  return Value::of(list.pointer<TextRef>()[i].view());
}

// Calls take(element, key) for those that are wanted. REQUIRES: is_list(list)
template <class Take>
void for_wanted_elements(const KeyTree& keys, KeyTree::Node node, const Value& list, Take&& take) {
  for (std::uint32_t i = 0; i < list.size; ++i) {
    char digits[32];
    const KeyTree::Key key = keys.find(node, format_integer(i, digits));
    if (key.wanted()) take(element_of(list, i), key);
  }
}

}  // namespace weir
