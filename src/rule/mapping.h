// `map:` of a document: from keys of a source to fields.
#pragma once

#include "rule/document.h"
#include "rule/settings_map.h"

namespace weir::rule {

struct Mapping {
  FieldMap map;
  std::uint32_t preset = 0;  // that the document names, or 0
};

// What docs/mapping.md describes. Sources of a field are in the order of the text.
Mapping read_map(const SettingsMap& top, Schema schema);

}  // namespace weir::rule
