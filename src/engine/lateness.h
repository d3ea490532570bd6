// Which events come too late: their times lie behind the clock by more than `allowed_lateness`.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bump.h"
#include "base/moment.h"
#include "event/value.h"

namespace weir::engine {

// clock: the host's time just before the event is applied. An event without a time has the clock's.
inline bool is_late(const Value& timestamp, Time clock, Duration allowed) noexcept {
  if (!timestamp.present()) return false;
  // Of a time the milliseconds alone are known, and their nanoseconds need not fit.
  return timestamp.integer() <= (clock - allowed - Duration{1}).millis();
}

// How far behind it is; rounded up, so that it is more than what was allowed.
Duration behind(const Value& timestamp, Time clock) noexcept;

// Why a late event is rejected. Lies in `memory`, a NUL behind it. Throws bad_alloc.
std::string_view lateness_problem(Duration behind, Duration allowed, Bump& memory);

}  // namespace weir::engine
