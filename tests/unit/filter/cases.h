// Conditions and whether they hold of an event.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "event.h"

namespace weir::filter {

// A condition, and whether it holds.
struct Case {
  std::string_view condition;
  bool expected;
};

// Each condition, and its negation.
template <std::size_t n>
void check(const Event& event, const Case (&cases)[n]) {
  for (const Case& c : cases) {
    EXPECT_EQ(matches(c.condition, event), c.expected) << c.condition;
    const std::string negated = "not " + std::string(c.condition);
    EXPECT_EQ(matches(negated, event), !c.expected) << negated;
  }
}

}  // namespace weir::filter
