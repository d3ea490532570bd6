#include "enrich/constant.h"

#include "base/error.h"

namespace weir::enrich {

Constant::Constant(const ConstantSettings&, Wiring&) {
  throw Failure(Status::not_supported, "not supported yet");
}

Effect Constant::apply(Subject&) const { return Effect::missed; }

}  // namespace weir::enrich
