// Whether a text array that the host passed can be read.
#pragma once

#include <cstdint>
#include <string_view>

#include "weir/weir.h"

namespace weir {

constexpr std::string_view null_text = "the address of a field's text is NULL";
constexpr std::string_view too_large = "more than 4 MiB";

// What is wrong with its elements, empty if nothing. Adds their bytes to `bytes`.
// REQUIRES: its address is not NULL, and it has at most WEIR_MAX_EVENT_BYTES elements.
inline std::string_view check_texts(const weir_field& field, std::uint64_t& bytes) noexcept {
  const auto* texts = reinterpret_cast<const weir_text*>(static_cast<std::uintptr_t>(field.word));
  for (std::uint64_t i = 0; i < field.size; ++i) {
    if (texts[i].data == nullptr && texts[i].size > 0) return null_text;
    if (texts[i].size > WEIR_MAX_EVENT_BYTES) return too_large;
    bytes += texts[i].size;
    if (bytes > WEIR_MAX_EVENT_BYTES) return too_large;
  }
  return {};
}

}  // namespace weir
