// Runs one instruction against a row.
#pragma once

#include "event/value.h"
#include "filter/code.h"
#include "filter/program.h"

namespace weir::filter {

// May throw bad_alloc: folding may have to grow a buffer, and RE2 its caches.
bool evaluate(const Instruction& instruction, const Constants& constants, const Value* row,
              Scratch& scratch);

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
