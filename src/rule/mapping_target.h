// What a source key of `map:` fills: a field, a field and how its value is read, or a list of
// those.
#pragma once

#include <optional>
#include <string_view>

#include "event/field_map.h"
#include "rule/findings.h"
#include "rule/node.h"

namespace weir::rule {

struct MappingTarget {
  const Node* name = nullptr;  // of the field
  FieldId field = 0;
  MappedSource source;  // without its key
};

// True if documents with KUMA's schema may fill a standard field: what an editor offers.
bool may_be_mapped(const StandardField& field) noexcept;

// A field that a mapping may fill, named by `node`. Reports any other; `must` as for read_field.
std::optional<FieldId> read_mapped_field(const Node& node, std::string_view must, Schema schema,
                                         Findings& findings);

// One target: the name of a field, or a map with `field` and settings. nullopt: reported.
std::optional<MappingTarget> read_mapping_target(const Node& node, Schema schema,
                                                 Findings& findings);

}  // namespace weir::rule
