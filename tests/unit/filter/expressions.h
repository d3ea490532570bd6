// Expressions as text.
#pragma once

#include <string>
#include <string_view>

#include "filter/tree.h"

namespace weir::filter {

// Read and printed.
inline std::string printed(std::string_view expression, Schema schema = Schema::kuma) {
  return to_expression(parse_expression(expression, schema));
}

// `part` so many times, joined by `or`.
inline std::string alternatives(std::string_view part, int count) {
  std::string text(part);
  for (int i = 1; i < count; ++i) text.append(" or ").append(part);
  return text;
}

}  // namespace weir::filter
