// One test of a document, as it was read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/moment.h"

namespace weir::rule {

struct TestStep {
  enum class Action : std::uint8_t { feed, advance, flush, expect, expect_passed };
  Action action = Action::feed;
  std::uint32_t line = 0;
  std::string events;  // of feed, expect and expect_passed: JSON, an event a line
  std::vector<std::uint32_t> event_lines;  // where each of them stands in the document
  std::uint64_t repeat = 1;                // of feed
  Duration advance;
};

struct TestCase {
  std::string name;
  std::uint32_t line = 0;
  std::vector<TestStep> steps;
};

}  // namespace weir::rule
