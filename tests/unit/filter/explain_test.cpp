// How an event fares in a filter: truths, what was reached, what decided, values as evaluated.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "filter/explain.h"
#include "naive.h"

namespace weir::filter {
namespace {

Explanation explained(const Node& tree, const Event& event, const Environment& environment = {}) {
  SlotMap slots;
  compile(tree, environment, slots);
  Scratch scratch;
  return explain(tree, environment, slots, event.row(slots).data(), scratch);
}

Explanation explained(std::string_view expression, const Event& event) {
  return explained(parse_expression(expression), event);
}

// The conditions, as they are written.
std::vector<const Explanation*> conditions(const Explanation& explanation) {
  std::vector<const Explanation*> found;
  const std::function<void(const Explanation&)> visit = [&](const Explanation& node) {
    if (node.type == Node::Type::condition) found.push_back(&node);
    for (const Explanation& child : node.children) visit(child);
  };
  visit(explanation);
  return found;
}

// One letter a condition: D it decided, R it was reached, - it was not.
std::string course(const Explanation& explanation) {
  std::string letters;
  for (const Explanation* condition : conditions(explanation))
    letters += condition->decided ? 'D' : condition->reached ? 'R' : '-';
  return letters;
}

std::string truths(const Explanation& explanation) {
  std::string letters;
  for (const Explanation* condition : conditions(explanation))
    letters += condition->truth ? '1' : '0';
  return letters;
}

TEST(Explain, TellsWhatDecidedAndWhatWasNotReached) {
  Event port;
  port.set("DestinationPort", 443).set("Name", "x").set("Message", "hello");
  // The number is compared first, however late it is written.
  const auto all = explained("Message match 'h.*' and Name = 'y' and DestinationPort = 53", port);
  EXPECT_FALSE(all.truth);
  EXPECT_EQ(course(all), "--D");
  EXPECT_EQ(truths(all), "100") << "those that were not reached are evaluated all the same";
  const auto any = explained("Message match 'h.*' or Name = 'y' or DestinationPort = 53", port);
  EXPECT_TRUE(any.truth);
  EXPECT_EQ(course(any), "DRR");
  EXPECT_EQ(truths(any), "100");
}

TEST(Explain, HasTheTreeAsItIsWritten) {
  const auto tree = explained("not (Name = 'a' or Name = 'b') and Message = 'c'",
                              event("Name", "a").set("Message", "c"));
  ASSERT_EQ(tree.type, Node::Type::all);
  ASSERT_EQ(tree.children.size(), 2U);
  EXPECT_EQ(tree.children[0].type, Node::Type::negation);
  EXPECT_FALSE(tree.children[0].truth);
  EXPECT_EQ(tree.children[1].type, Node::Type::condition);
  EXPECT_EQ(tree.children[1].text, "Message = 'c'");
  EXPECT_TRUE(tree.children[1].truth);
  EXPECT_FALSE(tree.truth);
}

// The program turns negations into jumps; here a condition is what it says.
TEST(Explain, LeavesNegationsOutOfTheirConditions) {
  const auto tree = explained("not Name = 'a'", event("Name", "a"));
  EXPECT_FALSE(tree.truth);
  ASSERT_EQ(conditions(tree).size(), 1U);
  EXPECT_TRUE(conditions(tree)[0]->truth);
  EXPECT_TRUE(conditions(tree)[0]->decided);
}

TEST(Explain, ShowsValuesAsJson) {
  Event made;
  made.set("Name", "it's \"it\"").set("DestinationPort", 443).set("F.f", 2.5);
  made.set("SA.t", std::vector<std::string>{"a", "b"});
  const auto sides = [&](std::string_view expression) {
    const Explanation one = explained(expression, made);
    return one.left + " " + one.right;
  };
  EXPECT_EQ(sides("Name = 'b'"), R"("it's \"it\"" "b")");
  EXPECT_EQ(sides("DestinationPort = 443"), "443 443");
  EXPECT_EQ(sides("DestinationPort = '443'"), R"(443 "443")");
  EXPECT_EQ(sides("F.f > 1.5"), "2.5 1.5");
  EXPECT_EQ(sides("SA.t = ['b', 'c']"), R"(["a","b"] ["b","c"])");
  EXPECT_EQ(sides("Message = Name"), R"(null "it's \"it\"")");
}

TEST(Explain, PutsSavedFiltersBelowTheirNames) {
  const Node inner = parse_expression("Name = 'a' or DestinationPort = 53");
  Environment environment;
  environment.saved = [&](std::string_view name) { return name == "inner" ? &inner : nullptr; };
  const Node tree = parse_expression("not filter('inner') or filter('inner')");
  const auto made = explained(tree, event("Name", "a"), environment);
  ASSERT_EQ(made.children.size(), 2U);
  EXPECT_FALSE(made.children[0].truth);
  const Explanation& second = made.children[1];
  EXPECT_EQ(second.type, Node::Type::saved);
  EXPECT_EQ(second.text, "inner");
  EXPECT_TRUE(second.truth);
  ASSERT_EQ(second.children.size(), 1U);
  EXPECT_EQ(second.children[0].type, Node::Type::any);
  // The same conditions twice: each place has its own course.
  EXPECT_EQ(truths(made), "1010");
  EXPECT_NE(course(made).substr(0, 2), course(made).substr(2));
}

TEST(Explain, OfGroupsWithoutChildrenHasNothingThatDecided) {
  Node all, any, mixed;
  any.type = Node::Type::any;
  EXPECT_TRUE(explained(all, Event()).truth);
  EXPECT_FALSE(explained(any, Event()).truth);
  // What cannot matter is not compiled, and is evaluated by itself.
  mixed.children = {parse_expression("Name = 'a'"), any};
  const auto made = explained(mixed, event("Name", "a"));
  EXPECT_FALSE(made.truth);
  EXPECT_EQ(course(made), "-");
  EXPECT_EQ(truths(made), "1");
}

// Random trees: the truth of the root is what the program says, and follows from what was reached.
class Trees {
 public:
  explicit Trees(std::uint32_t seed) : engine_(seed) {}

  Node tree(int depth) {
    Node node;
    if (depth == 0 || below(3) == 0) {
      static constexpr std::string_view expressions[] = {
          "Name = 'a'",          "Name startsWith ['a', 'b']", "Message match 'a|b'",
          "DestinationPort < 5", "DestinationPort = [1, 2]",   "Name = Message nocase",
      };
      return parse_expression(expressions[below(std::size(expressions))]);
    }
    node.type = static_cast<Node::Type>(below(3));
    for (std::size_t n = below(5); n > 0; --n) node.children.push_back(tree(depth - 1));
    return node;
  }
  Event event() {
    Event made;
    if (below(4) > 0) made.set("Name", below(2) == 0 ? "a" : "B");
    if (below(4) > 0) made.set("Message", below(2) == 0 ? "b" : "c");
    if (below(4) > 0) made.set("DestinationPort", static_cast<std::int64_t>(below(8)));
    return made;
  }

 private:
  std::size_t below(std::size_t n) { return engine_() % n; }
  std::mt19937 engine_;
};

TEST(Explain, SaysWhatTheProgramAndTheTreeSay) {
  Trees random(5);
  int decided = 0;
  for (int i = 0; i < 2000; ++i) {
    const Node tree = random.tree(i % 5);
    SlotMap slots;
    const Program program = compile(tree, {}, slots);
    for (int j = 0; j < 4; ++j) {
      const Event event = random.event();
      const auto row = event.row(slots);
      Scratch scratch;
      const auto made = explain(tree, {}, slots, row.data(), scratch);
      ASSERT_EQ(made.truth, program.matches(row.data(), scratch)) << to_expression(tree);
      ASSERT_EQ(made.truth, naive::matches(tree, event)) << to_expression(tree);
      const auto all = conditions(made);
      const auto deciders = std::count_if(all.begin(), all.end(),
                                          [](const Explanation* one) { return one->decided; });
      ASSERT_LE(deciders, 1);
      decided += static_cast<int>(deciders);
      // Wherever one was reached, one decided.
      ASSERT_EQ(deciders == 1, course(made).find_first_not_of('-') != std::string::npos);
    }
  }
  EXPECT_GT(decided, 5000);
}

}  // namespace
}  // namespace weir::filter
