// What the keys of a source are, and the types of their values.
#pragma once

#include <memory>

#include "event/field_map.h"
#include "event/schema.h"

namespace weir {

struct LineFormat {
  Schema schema = Schema::kuma;
  std::shared_ptr<const FieldMap> map;  // null: none

  // Whether events leave with other names than they came with.
  bool mapped() const noexcept { return map != nullptr && !map->empty(); }
};

}  // namespace weir
