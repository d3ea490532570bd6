// `type: template`: a text with fields in it into one field.
#pragma once

#include <memory>

#include "enrich/settings.h"
#include "enrich/subject.h"

namespace weir::enrich {

class Template {
 public:
  Template(const TemplateSettings& settings, Wiring& wiring);
  // missed: the text comes out empty, which leaves the field as it was.
  Effect apply(Subject& subject) const;

 private:
  struct Code;
  std::shared_ptr<const Code> code_;
  Target target_;
};

}  // namespace weir::enrich
