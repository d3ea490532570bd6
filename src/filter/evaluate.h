// Runs one instruction against a row.
#pragma once

#include "event/value.h"
#include "filter/code.h"
#include "filter/compare.h"
#include "filter/program.h"

namespace weir::filter {

// Anything but what `evaluate` does itself.
bool evaluate_any(const Instruction& instruction, const Constants& constants, const Value* row,
                  Scratch& scratch);

// May throw bad_alloc: folding may have to grow a buffer, and RE2 its caches. A number against
// another of its kind is compared here and now: a call costs more than that.
inline bool evaluate(const Instruction& i, const Constants& constants, const Value* row,
                     Scratch& scratch) {
  if (!i.indirect) {
    const Value& value = row[i.left];
    if (value.kind == Kind::integer) {
      if (i.test == Test::integer_equal) return value.integer() == i.integer;
      if (i.test == Test::order_integer) return holds(i.relation, value.integer(), i.integer);
      if (i.test == Test::integer_one_of)
        return is_one_of(constants.integers[i.index], value.integer());
      if (i.test == Test::has_bits) return (value.word & i.word) == i.word;
      if (i.test == Test::field_order && row[i.right].kind == Kind::integer)
        return holds(i.relation, value.integer(), row[i.right].integer());
      if (i.test == Test::field_equal && row[i.right].kind == Kind::integer)
        return value.word == row[i.right].word;
    } else if (value.kind == Kind::floating) {
      if (i.test == Test::floating_equal) return value.floating() == i.floating;
      if (i.test == Test::order_floating) return holds(i.relation, value.floating(), i.floating);
    }
  }
  return evaluate_any(i, constants, row, scratch);
}

// The values of its sides as it compares them, until the next evaluation with `scratch`: absent
// where it has none, as right of a test against constants. May throw bad_alloc.
Value left_of(const Instruction& instruction, const Constants& constants, const Value* row,
              Scratch& scratch);
Value right_of(const Instruction& instruction, const Constants& constants, const Value* row,
               Scratch& scratch);

// The parts of it. An instruction that is indirect:
bool evaluate_operands(const Instruction& instruction, const Constants& constants, const Value* row,
                       Scratch& scratch);
// One whose sides have been fetched; the right one only of a test between two values.
bool evaluate_values(const Instruction& instruction, const Constants& constants, const Value& left,
                     const Value& right, Scratch& scratch);
// A test between two values. REQUIRES: the left one is not absent.
bool evaluate_fields(const Instruction& instruction, const Value& left, const Value& right,
                     Scratch& scratch);

}  // namespace weir::filter
