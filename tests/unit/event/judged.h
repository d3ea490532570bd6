// What simdjson's own parser says of a line, to compare the reader with.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace weir {

// Whether the bytes are one JSON object. Nothing where the two differ on purpose: simdjson refuses
// numbers beyond its types and lone surrogates, and skips a byte order mark.
inline std::optional<bool> judge(simdjson::dom::parser& parser, std::string_view line) {
  if (line.starts_with("\xEF\xBB\xBF")) return std::nullopt;
  simdjson::dom::element element;
  const auto error = parser.parse(line.data(), line.size()).get(element);
  if (error == simdjson::SUCCESS) return element.is_object();
  if (error == simdjson::DEPTH_ERROR) return std::nullopt;
  if (error == simdjson::STRING_ERROR && line.find("\\u") != line.npos) return std::nullopt;
  if (error == simdjson::NUMBER_ERROR) {
    std::size_t digits = 0, longest = 0;
    for (const char c : line) {
      digits = c >= '0' && c <= '9' ? digits + 1 : 0;
      longest = std::max(longest, digits);
    }
    if (longest >= 19 || line.find_first_of("eE") != line.npos) return std::nullopt;
  }
  return false;
}

}  // namespace weir
