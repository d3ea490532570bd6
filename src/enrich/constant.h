// `type: constant`: one value into one field.
#pragma once

#include "enrich/settings.h"
#include "enrich/subject.h"

namespace weir::enrich {

class Constant {
 public:
  Constant(const ConstantSettings& settings, Wiring& wiring);
  // failed: the value does not fit the field's type, which rules of a document are checked for.
  Effect apply(Subject& subject) const;

 private:
  weir::Constant value_;
  Target target_;
};

}  // namespace weir::enrich
