// Deep copies of events in the form of weir.h. Memory: Bump, or anything with its take() and
// copy().
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "event/value.h"
#include "weir/weir.h"

namespace weir {

// A piece of memory that is large enough.
class FixedMemory {
 public:
  explicit FixedMemory(std::byte* first) : next_(reinterpret_cast<char*>(first)) {}
  // 8-byte aligned if the first was.
  char* take(std::size_t size) noexcept {
    char* const taken = next_;
    next_ += (size + 7) & ~std::size_t{7};
    return taken;
  }
  std::string_view copy(std::string_view text) noexcept {
    char* const to = take(text.size() + 1);
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    to[text.size()] = '\0';
    return {to, text.size()};
  }

 private:
  char* next_;
};

template <class T>
const T* address_of(const weir_field& field) noexcept {
  return reinterpret_cast<const T*>(static_cast<std::uintptr_t>(field.word));
}

// The field with its value in `memory`.
template <class Memory>
weir_field copy_field(weir_field field, Memory& memory) {
  switch (field.kind) {
    case WEIR_TEXT:
    case WEIR_JSON:
      field.word = Value::address(memory.copy({address_of<char>(field), field.size}).data());
      break;
    case WEIR_INTEGER_ARRAY:
    case WEIR_FLOAT_ARRAY:
      field.word = Value::address(memory.copy({address_of<char>(field), field.size * 8}).data());
      break;
    case WEIR_TEXT_ARRAY: {
      const auto* const texts = address_of<weir_text>(field);
      auto* const to = reinterpret_cast<weir_text*>(memory.take(field.size * sizeof(weir_text)));
      for (std::uint64_t i = 0; i < field.size; ++i) {
        const std::string_view copy = memory.copy({texts[i].data, texts[i].size});
        to[i] = {copy.data(), copy.size()};
      }
      field.word = Value::address(to);
      break;
    }
    default:
      break;
  }
  return field;
}

template <class Memory>
weir_event copy_event(const weir_event& event, Memory& memory) {
  auto* const fields =
      reinterpret_cast<weir_field*>(memory.take(event.field_count * sizeof(weir_field)));
  for (std::uint64_t i = 0; i < event.field_count; ++i)
    fields[i] = copy_field(event.fields[i], memory);
  return {fields, event.field_count, event.cookie};
}

// The memory that a copy of a text takes, at most: with the NUL, rounded up.
inline std::size_t copied_size(std::uint64_t size) noexcept { return size + 8; }

inline std::size_t copied_size(const weir_field& field) noexcept {
  switch (field.kind) {
    case WEIR_TEXT:
    case WEIR_JSON:
      return copied_size(field.size);
    case WEIR_INTEGER_ARRAY:
    case WEIR_FLOAT_ARRAY:
      return copied_size(field.size * 8);
    case WEIR_TEXT_ARRAY: {
      const auto* const texts = address_of<weir_text>(field);
      std::size_t size = field.size * sizeof(weir_text);
      for (std::uint64_t i = 0; i < field.size; ++i) size += copied_size(texts[i].size);
      return size;
    }
    default:
      return 0;
  }
}

inline std::size_t copied_size(const weir_event& event) noexcept {
  std::size_t size = event.field_count * sizeof(weir_field);
  for (std::uint64_t i = 0; i < event.field_count; ++i) size += copied_size(event.fields[i]);
  return size;
}

}  // namespace weir
