// Random trees on random events: the compiled program against the naive tree walk.
#include <gtest/gtest.h>

#include "filter/compiled.h"
#include "naive.h"
#include "random_filters.h"

namespace weir::filter {
namespace {

// Every condition an instruction of its own.
bool matches_unfused(const Compiled& unfused, const Value* row, Scratch& scratch) {
  return unfused.always ||
         run(unfused.instructions, unfused.constants, row, scratch, [](std::uint32_t, bool) {});
}

TEST(Differential, TheProgramSaysWhatTheTreeSays) {
  RandomFilters random(20'220'601);
  Scratch scratch;
  int matched = 0;
  constexpr int trees = 5000;
  constexpr int events = 12;
  World world;
  lookup::Tables tables;
  for (int i = 0; i < trees; ++i) {
    if (i % 10 == 0) {
      world = random.world();
      tables = world.built();
    }
    const Environment environment{{}, {}, &tables};
    const Node tree = random.tree(i % 5);
    const std::string expression = to_expression(tree);
    SlotMap slots;
    const Program program = compile(tree, environment, slots);
    const Compiled unfused = assemble(tree, environment, slots, Fusing::off);
    const Program reread = compile(parse_expression(expression, Schema::open), environment, slots);
    for (int j = 0; j < events; ++j) {
      Event event = random.event();
      random.next(world, event);
      scratch.clock = world.clock;
      const auto row = event.row(slots);
      const bool expected = naive::matches(tree, event, world);
      ASSERT_EQ(program.matches(row.data(), scratch), expected) << expression;
      ASSERT_EQ(matches_unfused(unfused, row.data(), scratch), expected) << expression;
      ASSERT_EQ(reread.matches(row.data(), scratch), expected) << expression;
      matched += expected ? 1 : 0;
    }
  }
  // Neither answer is rare, or the comparison would prove little.
  EXPECT_GT(matched, trees * events / 5);
  EXPECT_LT(matched, trees * events * 4 / 5);
}

// Alternatives of one field are what fusing is about: groups of nothing else.
TEST(Differential, FusedConditionsSayWhatEachSays) {
  RandomFilters random(7);
  Scratch scratch;
  World world;
  lookup::Tables tables;
  for (int i = 0; i < 2000; ++i) {
    if (i % 10 == 0) {
      world = random.world();
      tables = world.built();
    }
    const Node tree = random.alternatives();
    SlotMap slots;
    const Program program = compile(tree, {{}, {}, &tables}, slots);
    const Compiled unfused = assemble(tree, {{}, {}, &tables}, slots, Fusing::off);
    for (int j = 0; j < 8; ++j) {
      Event event = random.event();
      random.next(world, event);
      scratch.clock = world.clock;
      const auto row = event.row(slots);
      const bool expected = naive::matches(tree, event, world);
      ASSERT_EQ(matches_unfused(unfused, row.data(), scratch), expected) << to_expression(tree);
      ASSERT_EQ(program.matches(row.data(), scratch), expected) << to_expression(tree);
    }
  }
}

}  // namespace
}  // namespace weir::filter
