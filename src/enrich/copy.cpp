#include "enrich/copy.h"

#include "base/error.h"

namespace weir::enrich {

Copy::Copy(const EventSettings&, Wiring&) {
  throw Failure(Status::not_supported, "not supported yet");
}

Effect Copy::apply(Subject&) const { return Effect::missed; }

}  // namespace weir::enrich
