// Whether the operands of a condition may stand where they do, and whether what they name is there.
#pragma once

#include <cstdint>

#include "event/schema.h"
#include "filter/program.h"
#include "filter/tree.h"

namespace weir::filter {

// Checks the operands against the table of docs/filters.md (words.h), the lookups, columns and keys
// that they name against the tables of the environment, and arrays. Throws
// Failure(invalid_document) whose offset is that of the offending operand, or part of one, in the
// text of `condition`. REQUIRES: a condition
void check_operands(const Node& condition, const Environment& environment, Schema schema);

// Throws the same at `offset` for a field that holds a map or a list of maps: it has no value to
// compare, and no other field's place. In an open schema only Extra is such.
void check_field(FieldId field, Schema schema, std::uint32_t offset);

// What the operand's values are: the field's type; of a context table the column's, or with an
// index that of its elements; else text. REQUIRES: check_operands has passed it.
FieldType type_of_operand(const Operand& operand, const Environment& environment, Schema schema);

}  // namespace weir::filter
