#include "event/rfc3339.h"

#include "event/time_parts.h"

namespace weir {

std::optional<std::int64_t> parse_rfc3339(std::string_view text) noexcept {
  TimeParts parts;
  if (!read_rfc3339(text, parts)) return std::nullopt;
  return to_millis(parts, Zone(), 0);
}

}  // namespace weir
