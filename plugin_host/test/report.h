// A failed test as text: expected beside got, field by field.
#pragma once

#include <string>

#include "test/runner.h"
#include "test/test_case.h"

namespace weir::host {

// Ends in a line feed. colour: with a terminal's escapes.
std::string failure_text(const std::string& path, const TestCase& test, const Mismatch& mismatch,
                         bool colour);

}  // namespace weir::host
