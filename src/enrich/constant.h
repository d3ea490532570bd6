// `type: constant`: one value into one field.
#pragma once

#include <string>

#include "enrich/settings.h"
#include "enrich/subject.h"

namespace weir::enrich {

class Constant {
 public:
  Constant(const ConstantSettings& settings, Wiring& wiring);
  Effect apply(Subject& subject) const;

 private:
  std::string value_;
  Target target_;
};

}  // namespace weir::enrich
