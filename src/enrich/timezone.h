// `type: timezone`: the offset from UTC that was in force in a zone at the event's time, into
// DeviceTimeZone, as ±hh:mm.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "enrich/settings.h"
#include "enrich/subject.h"
#include "event/time_zone.h"

namespace weir::enrich {

class Timezone {
 public:
  // Throws Failure(invalid_document): a zone that the system does not know.
  Timezone(const TimezoneSettings& settings, Wiring& wiring);
  // At the event's Timestamp; one without is taken at the clock of the engine.
  Effect apply(Subject& subject) const;

 private:
  Zone zone_;
  Slot timestamp_;
  Target target_;
};

// `+03:00`. Seconds of an offset, which zones had before there was railway time, are left out.
std::string_view format_offset(std::int32_t seconds, std::span<char, 6> buffer) noexcept;

}  // namespace weir::enrich
