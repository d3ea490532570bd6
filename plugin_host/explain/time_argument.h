// A time on the command line.
#pragma once

#include <cstdint>
#include <string>

namespace weir::host {

// RFC 3339, such as 2026-03-01T12:00:00Z, or milliseconds since 1970; in nanoseconds, after 1970.
// Throws Failure(usage).
std::int64_t parse_time(const std::string& text);

}  // namespace weir::host
