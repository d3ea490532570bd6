// `type: event`: one field into another, converted on the way.
#pragma once

#include <vector>

#include "enrich/conversion.h"
#include "enrich/settings.h"
#include "enrich/subject.h"

namespace weir::enrich {

class Copy {
 public:
  Copy(const EventSettings& settings, Wiring& wiring);
  Effect apply(Subject& subject) const;

 private:
  Slot source_;
  Target target_;
  std::vector<Conversion> conversions_;
};

}  // namespace weir::enrich
