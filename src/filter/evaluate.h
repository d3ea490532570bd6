// Runs one instruction against a row.
#pragma once

#include "event/value.h"
#include "filter/code.h"
#include "filter/program.h"

namespace weir::filter {

// May throw bad_alloc: folding may have to grow a buffer, and RE2 its caches.
bool evaluate(const Instruction& instruction, const Constants& constants, const Value* row,
              Scratch& scratch);

// The part of it that compares two fields. REQUIRES: the left one is not absent.
bool evaluate_fields(const Instruction& instruction, const Value& left, const Value& right,
                     Scratch& scratch);

}  // namespace weir::filter
