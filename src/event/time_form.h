// How a source writes times: units since the epoch, RFC 3339, or patterns, in a zone.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "event/value.h"

namespace weir {

// What of an event a time may need besides its own text.
struct TimeContext {
  std::string_view zone;       // a name such as Europe/Moscow or an offset, or empty
  std::string_view pattern;    // or empty
  std::int64_t reference = 0;  // milliseconds: what a time without a year is near to; 0: not known
};

class TimeForm {
 public:
  std::optional<std::int64_t> read(const Value&, const TimeContext&) const noexcept { return {}; }
};

}  // namespace weir
