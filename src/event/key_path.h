// Where lines of JSON have a field under a name that is not the schema's.
#pragma once

#include <string>
#include <vector>

#include "event/schema.h"

namespace weir {

// The keys that lead to the field's value, outermost first. Not empty.
struct KeyPath {
  std::vector<std::string> path;
  FieldId field;
};

}  // namespace weir
