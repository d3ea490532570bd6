#include "event/field_map.h"

#include <algorithm>

namespace weir {

FieldMap overlay(const FieldMap& base, const FieldMap& own) {
  FieldMap whole = base;
  whole.keep = base.keep || own.keep;
  for (const MappedField& field : own.fields) {
    const auto known =
        std::find_if(whole.fields.begin(), whole.fields.end(),
                     [&](const MappedField& other) { return other.field == field.field; });
    if (known == whole.fields.end()) {
      whole.fields.push_back(field);
      continue;
    }
    if (!field.sources.empty()) known->sources = field.sources;
    if (field.constant) known->constant = field.constant;
  }
  return whole;
}

}  // namespace weir
