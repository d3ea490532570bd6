// Runs the tests of one document, each on an engine of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "library.h"
#include "test/comparison.h"
#include "test/test_case.h"

namespace weir::host {

// Where a test went wrong. It ends there: what follows would fail for the same reason.
struct Mismatch {
  std::uint64_t line = 0;                  // of the step
  std::string what;                        // one sentence
  std::vector<Pair> pairs;                 // expected beside got, in order; of a step that compares
  std::vector<std::uint64_t> event_lines;  // of the expected events
};

// Nothing if the test passed. Throws Failure(bad_input) for a document that does not load.
std::optional<Mismatch> run_test(const Library& library, const std::string& path,
                                 const std::string& document, const TestCase& test);

}  // namespace weir::host
