// Random rules and events through the ABI, against the naive model: the whole sequence of outputs
// and all counters must be equal, whatever the sizes of the batches, for each option of a rule.

#include <gtest/gtest.h>

#include "comparison.h"

namespace {

using model::Allowed;
using model::Case;
using model::Exercised;
using model::Form;
using model::Random;

constexpr std::uint64_t seeds = 8;
// Under a sanitizer no more than it takes to see what the options allow.
#ifdef WEIR_SANITIZED
constexpr std::uint64_t least_seeds = 4;
#else
constexpr std::uint64_t least_seeds = seeds;
#endif
constexpr Form forms[] = {Form::fields, Form::lines, Form::lines_to_lines};

class Model : public testing::TestWithParam<Case> {
 protected:
  // Input makes no ids: what nobody has named is no other field.
  static void SetUpTestSuite() {
    for (const std::string name : {"SA.Tags", "NA.Codes", "FA.Loads"}) {
      std::uint32_t id = 0;
      ASSERT_EQ(weir_field_id(name.data(), name.size(), &id, nullptr), WEIR_OK);
    }
  }

  void compare(const Allowed& allowed) {
    Exercised exercised;
    for (std::uint64_t seed = 1; seed <= seeds && !HasFailure(); ++seed) {
      if (seed > least_seeds && shows(exercised, allowed)) break;
      const Form form = form_of(allowed, seed);
      SCOPED_TRACE("seed " + std::to_string(seed));
      model::Calls(seed, allowed, GetParam(), form).compare(exercised);
    }
    if (HasFailure()) return;
    EXPECT_TRUE(shows(exercised, allowed))
        << exercised.refused << " refused, " << exercised.lone << " lone, " << exercised.evicted
        << " evicted, " << exercised.late << " late, " << exercised.cut << " cut";
  }

 private:
  // Whether what the options allow has happened, and nothing else.
  static bool shows(const Exercised& exercised, const Allowed& allowed) {
    return (exercised.refused > 0) == allowed.dedup && (exercised.lone > 0) == allowed.single &&
           (exercised.evicted > 0) == (allowed.rule_bounds || allowed.engine_bounds) &&
           (exercised.late > 0) == allowed.lateness &&
           (exercised.cut > 0 || !allowed.unique_limit || allowed.dedup);
  }
  // Names of an open schema have no ids for a host. A bound is looked at between chunks, and of
  // those only the size of one of fields is promised.
  Form form_of(const Allowed& allowed, std::uint64_t seed) const {
    if (allowed.open) return forms[1 + seed % 2];
    const bool bounded = allowed.rule_bounds || allowed.engine_bounds;
    const std::size_t chunk =
        allowed.others ? model::Engine::wide_chunk : std::size_t{WEIR_CHUNK_EVENTS};
    return bounded && GetParam().batch > chunk ? Form::fields : forms[seed % 3];
  }
};

TEST_P(Model, GivesTheSameOutputs) { compare({}); }
TEST_P(Model, GivesTheSameOutputsWithUniqueLimits) { compare({.unique_limit = true}); }
TEST_P(Model, GivesTheSameOutputsWithListsAsText) { compare({.unique_as = true}); }
TEST_P(Model, GivesTheSameOutputsWithoutDuplicates) { compare({.dedup = true}); }
TEST_P(Model, GivesTheSameOutputsWithoutDuplicatesAndALimit) {
  compare({.unique_limit = true, .dedup = true, .rarity = 1});
}
TEST_P(Model, GivesTheSameOutputsWithOtherFields) { compare({.others = true}); }
TEST_P(Model, GivesTheSameOutputsWhereLoneEventsPass) { compare({.single = true}); }
TEST_P(Model, GivesTheSameOutputsWithReasons) { compare({.reason = true}); }
TEST_P(Model, GivesTheSameOutputsWithStatistics) { compare({.statistics = true, .rarity = 1}); }
TEST_P(Model, GivesTheSameOutputsWithArrays) { compare({.arrays = true}); }
TEST_P(Model, GivesTheSameOutputsWhereAllRulesTake) { compare({.match_all = true}); }
TEST_P(Model, GivesTheSameOutputsWithAnOpenSchema) { compare({.open = true}); }
TEST_P(Model, GivesTheSameOutputsWithABoundOfTheRule) { compare({.rule_bounds = true}); }
TEST_P(Model, GivesTheSameOutputsWithABoundOfTheEngine) { compare({.engine_bounds = true}); }
TEST_P(Model, GivesTheSameOutputsWithBothBounds) {
  compare({.rule_bounds = true, .engine_bounds = true, .rarity = 1});
}
TEST_P(Model, GivesTheSameOutputsWhereAllRulesTakeWithinABound) {
  compare({.match_all = true, .engine_bounds = true});
}
TEST_P(Model, GivesTheSameOutputsWithLateEvents) { compare({.lateness = true}); }
TEST_P(Model, GivesTheSameOutputsWithLateEventsWhereAllRulesTake) {
  compare({.match_all = true, .lateness = true});
}
TEST_P(Model, GivesTheSameOutputsWithLateEventsThatAreLoneOrMet) {
  compare({.dedup = true, .single = true, .lateness = true});
}
TEST_P(Model, GivesTheSameOutputsWithAllOptions) {
  compare({.unique_limit = true,
           .unique_as = true,
           .dedup = true,
           .others = true,
           .single = true,
           .reason = true,
           .statistics = true,
           .arrays = true,
           .rule_bounds = true});
}
TEST_P(Model, GivesTheSameOutputsWithAllOptionsWhereAllRulesTake) {
  compare({.unique_limit = true,
           .unique_as = true,
           .others = true,
           .reason = true,
           .statistics = true,
           .arrays = true,
           .match_all = true,
           .engine_bounds = true});
}

INSTANTIATE_TEST_SUITE_P(Batches, Model,
                         testing::Values(Case{false, 1}, Case{false, 7}, Case{false, 512},
                                         Case{false, 5000}, Case{true, 1}, Case{true, 7},
                                         Case{true, 512}, Case{true, 5000}, Case{false, 512, true},
                                         Case{true, 7, true}),
                         [](const auto& made) {
                           return std::string(made.param.event_clock ? "EventClock" : "HostClock") +
                                  std::to_string(made.param.batch) +
                                  (made.param.restored ? "Restored" : "");
                         });

}  // namespace
