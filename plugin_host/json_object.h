// Reading members of JSON objects: empty, 0 and false for what is not there.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string_view>

namespace weir::host {

template <typename Value>
Value member_of(simdjson::dom::element object, std::string_view key) {
  Value value{};
  return object[key].get(value) == simdjson::SUCCESS ? value : Value{};
}

inline std::string_view text_of(simdjson::dom::element object, std::string_view key) {
  return member_of<std::string_view>(object, key);
}

inline std::int64_t number_of(simdjson::dom::element object, std::string_view key) {
  return member_of<std::int64_t>(object, key);
}

// REQUIRES: the number is not negative.
inline std::uint64_t count_of(simdjson::dom::element object, std::string_view key) {
  return member_of<std::uint64_t>(object, key);
}

inline bool truth_of(simdjson::dom::element object, std::string_view key) {
  return member_of<bool>(object, key);
}

}  // namespace weir::host
