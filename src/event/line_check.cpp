#include "event/line_check.h"

#include <limits>

#include "event/json_scan.h"
#include "weir/weir.h"

namespace weir {

namespace {

// The object itself, and what it may hold.
constexpr int most_levels = WEIR_MAX_NESTING + 1;

}  // namespace

bool LineCheck::good(std::string_view line) {
  if (line.size() > std::numeric_limits<std::uint32_t>::max() / 2) return false;
  if (line.find('\n') != std::string_view::npos || index_.build(line) != JsonError::none)
    return false;
  JsonCursor cursor(line, index_);
  return cursor.peek() == '{' && cursor.skip_value(most_levels) && cursor.at_end();
}

}  // namespace weir
