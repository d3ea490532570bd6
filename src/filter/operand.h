// Operands that are no event field: a value that is looked up by fields of the event, and what
// threat intelligence the event carries says about one of its fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "event/slots.h"
#include "event/value.h"
#include "filter/program.h"
#include "lookup/table.h"

namespace weir::filter {

struct LookupOperand {
  std::shared_ptr<const lookup::Table> table;
  std::size_t column = 0;
  std::optional<std::uint32_t> index;  // of a list: which element
  std::vector<Slot> keys;              // never none
};

// The entry's values by column, or null. The key is the fields' texts joined with '|', an absent
// one's being empty; an array is no key. Joins in `buffer`, which only ever grows; a single key
// needs none. May throw bad_alloc.
const Value* find_entry(const LookupOperand& operand, const Value* row, const lookup::Clock& clock,
                        std::string& buffer);

// The value, absent if there is no entry, or nothing in that column or at that index.
Value look_up(const LookupOperand& operand, const Value* row, const lookup::Clock& clock,
              std::string& buffer);

struct IntelligenceOperand {
  Slot data = 0;         // of the field TI
  Slot field = 0;        // the field that it is about
  std::string name;      // of that field
  std::string category;  // empty: any
  std::string key;       // of the context; empty: only whether there is an entry
};

// The event carries an entry about the field, of the category if one is given. May throw bad_alloc.
bool detects(const IntelligenceOperand& operand, const Value* row, OperandScratch& scratch);

// What the context of each such entry has under the key, as an array of texts; absent if none has
// anything. It is of `scratch` and of the event. May throw bad_alloc.
Value intelligence(const IntelligenceOperand& operand, const Value* row, OperandScratch& scratch);

}  // namespace weir::filter
