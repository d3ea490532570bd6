// `type: timezone`: the offset from UTC that was in force in a zone at the event's time, into
// DeviceTimeZone, as ±hh:mm.
#pragma once

#include <memory>

#include "enrich/settings.h"
#include "enrich/subject.h"

namespace weir::enrich {

class Timezone {
 public:
  // Throws Failure(invalid_document): a zone that the system does not know.
  Timezone(const TimezoneSettings& settings, Wiring& wiring);
  // At the event's Timestamp; one without is taken at the clock of the engine.
  Effect apply(Subject& subject) const;

 private:
  struct Zone;
  std::shared_ptr<const Zone> zone_;
  Slot timestamp_;
  Target target_;
};

}  // namespace weir::enrich
