// Times as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

// RFC 3339 to milliseconds since the epoch, rounded down; a leap second is the next second's start.
std::optional<std::int64_t> parse_rfc3339(std::string_view text) noexcept;

}  // namespace weir
