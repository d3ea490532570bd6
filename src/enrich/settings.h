// An enrichment rule as a document states it, validated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event/schema.h"
#include "filter/tree.h"

namespace weir::enrich {

enum class Type : std::uint8_t { host };

struct Settings {
  std::string name;
  Type type = Type::host;
  std::string callback;  // name of a host enrich callback; empty for a rule created with one
  std::optional<filter::Node> filter;
  std::vector<FieldId> targets;  // the fields that the rule fills, as far as it says so
};

}  // namespace weir::enrich
