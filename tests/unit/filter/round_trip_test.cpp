// Every tree prints as an expression that reads back as the same tree.
#include <gtest/gtest.h>

#include <bit>
#include <set>
#include <tuple>

#include "random_tree.h"
#include "same_tree.h"

namespace weir::filter {
namespace {

TEST(RoundTrip, ATreePrintsAsWhatReadsBackAsIt) {
  RandomTree random(5);
  for (int i = 0; i < 20'000; ++i) {
    const Node tree = random.node(3);
    const std::string expression = to_expression(tree);
    const Node again = parse_expression(expression, Schema::open);
    ASSERT_TRUE(same_tree(tree, again)) << expression << "\n" << to_expression(again);
    ASSERT_EQ(to_expression(again), expression);
  }
}

TEST(RoundTrip, TreesThatDifferPrintDifferently) {
  RandomTree random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto op = static_cast<Operator>(random.below(operator_count));
    const Node a = random.condition(op);
    const Node b = random.condition(op);
    ASSERT_EQ(same_tree(a, b), to_expression(a) == to_expression(b)) << to_expression(a);
  }
}

TEST(RoundTrip, MeetsEveryOperatorAndEveryPairOfOperands) {
  RandomTree random(11);
  std::set<std::tuple<Operator, OperandKinds, OperandKinds>> met;
  for (int i = 0; i < 200'000; ++i) {
    const Node node = random.condition(static_cast<Operator>(random.below(operator_count)));
    met.emplace(node.op, kind_of(node.left), kind_of(node.right));
  }
  std::size_t pairs = 0;
  for (const OperatorTraits& op : operators) {
    pairs += static_cast<std::size_t>(std::popcount(op.left)) *
             static_cast<std::size_t>(std::popcount(op.right));
  }
  EXPECT_EQ(met.size(), pairs);
}

}  // namespace
}  // namespace weir::filter
