#include "enrich/timezone.h"

#include "base/error.h"

namespace weir::enrich {

struct Timezone::Zone {};

Timezone::Timezone(const TimezoneSettings&, Wiring&) {
  throw Failure(Status::not_supported, "not supported yet");
}

Effect Timezone::apply(Subject&) const { return Effect::missed; }

}  // namespace weir::enrich
