#include "enrich/geographic.h"

#include "base/error.h"

namespace weir::enrich {

Geographic::Geographic(const GeographicSettings&, Wiring&) {
  throw Failure(Status::not_supported, "not supported yet");
}

Effect Geographic::apply(Subject&) const { return Effect::missed; }

}  // namespace weir::enrich
