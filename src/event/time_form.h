// How a source writes times: units since the epoch, RFC 3339, or patterns, in a zone.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/time_zone.h"
#include "event/value.h"

namespace weir {

// What of an event a time may need besides its own text.
struct TimeContext {
  std::string_view zone;       // a name such as Europe/Moscow or an offset, or empty
  std::string_view pattern;    // of `java`, or empty
  std::int64_t reference = 0;  // milliseconds: what a time without a year is near to; 0: not known
};

// The forms that a time may have, which are tried in order. Immutable, so for any thread; reading
// allocates nothing once the zone that an event names is known (event/time_zone.h).
class TimeForm {
 public:
  enum class Form : std::uint8_t {
    seconds,  // since the epoch, as an integer, a float or text, perhaps with a fraction
    milliseconds,
    microseconds,
    nanoseconds,
    rfc3339,
    iso8601,   // rfc3339 with any part of its zone, or none
    cef,       // Jan 31 [2024 ]23:59:59[.123][ MSK]: ArcSight's Common Event Format, "Date Formats"
    bsd,       // the same, of RFC 3164
    java,      // the pattern of the event, event/time_pattern.h
    strftime,  // the pattern of the mapping
  };
  struct Step {
    Form form = Form::rfc3339;
    std::string pattern;  // of strftime
  };

  // `zone`: of times that tell none, in an event that tells none. REQUIRES: strftime_fault of each
  // pattern is empty.
  explicit TimeForm(std::vector<Step> steps, std::optional<Zone> zone = std::nullopt);

  // Milliseconds since the epoch, UTC, rounded down. The zone is that in the text, else that of the
  // event, else that of the form, else UTC. nullopt: no form fits, there is no such time, the
  // event's zone is needed and not known, or the year is needed and there is no reference.
  std::optional<std::int64_t> read(const Value& value, const TimeContext& context) const noexcept;

 private:
  std::optional<std::int64_t> read(const Step& step, const Value& value,
                                   const TimeContext& context) const noexcept;

  std::vector<Step> steps_;
  Zone zone_;
};

// Every form that has a name of its own: all but strftime, in their order.
std::span<const std::string_view> time_form_names() noexcept;

}  // namespace weir
