// The tests of a rule document, as the library reads them for whoever runs them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "library.h"

namespace weir::host {

struct TestStep {
  enum class Action : std::uint8_t { feed, advance, flush, expect, expect_passed };
  Action action = Action::feed;
  std::uint64_t line = 0;
  std::string events;                      // of feed, expect and expect_passed: one a line
  std::vector<std::uint64_t> event_lines;  // of each, where it stands in the document
  std::uint64_t repeat = 1;                // of feed
  std::int64_t nanos = 0;                  // of advance
};

struct TestCase {
  std::string name;
  std::uint64_t line = 0;
  std::vector<TestStep> steps;
};

// REQUIRES a document without errors. Throws Failure(runtime).
std::vector<TestCase> read_tests(const Library& library, std::string_view document,
                                 const std::string& directory);

}  // namespace weir::host
