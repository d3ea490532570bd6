// Where the fields of an event come from when its source calls things otherwise: what `map:` of a
// document and a preset say, as data. Compiled into event/key_tree.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "event/schema.h"

namespace weir {

class TimeForm;    // event/time_form.h
class ValueTable;  // event/value_table.h

// The keys that lead to a value, outermost first; in an array a key is an index in decimal, from 0.
// Not empty.
using KeyPath = std::vector<std::string>;

// A key, and what its value is read as on its way into a field.
struct MappedSource {
  KeyPath key;
  std::shared_ptr<const ValueTable> values;  // null: as it is
  std::shared_ptr<const TimeForm> time;      // null: as any value of the field
  KeyPath zone;                              // of a time: the key that names its zone; or empty
  KeyPath pattern;                           // of a time: the key that holds its pattern; or empty
};

// The text of a constant. Not a plain string: libstdc++ takes a variant of strings and numbers for
// one that always holds a value, and destroys what is not there when its copy finds no memory.
struct ConstantText : std::string {
  using std::string::string;
  ConstantText(std::string text) noexcept : std::string(std::move(text)) {}
};

using Constant = std::variant<std::int64_t, double, bool, ConstantText>;

// How one field gets its value: from the first of its sources that is present; else from the member
// that has the field's own name; else it is the constant. What cannot be read, or not be stored in
// the field's type, is a conversion error.
struct MappedField {
  FieldId field = 0;
  std::vector<MappedSource> sources;  // in order of preference
  std::optional<Constant> constant;
};

struct FieldMap {
  std::vector<MappedField> fields;  // each field once
  bool keep = false;                // what no field comes from goes to Extra.<key>

  bool empty() const noexcept { return fields.empty() && !keep; }
};

// `base` with what `own` says otherwise, field by field: own sources take the place of all sources
// of the field, an own constant that of the constant. A key that fills other fields of `base` goes
// on filling those. `keep` if either does. Fields of `base` come first, in its order.
FieldMap overlay(const FieldMap& base, const FieldMap& own);

}  // namespace weir
