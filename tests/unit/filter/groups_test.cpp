// Groups, negation, saved filters and the order of evaluation.
#include <gtest/gtest.h>

#include "event.h"
#include "expressions.h"

namespace weir::filter {
namespace {

class Saved {
 public:
  Saved& add(const std::string& name, std::string_view expression) {
    trees_[name] = parse_expression(expression);
    return *this;
  }
  FindSaved find() const {
    return [this](std::string_view name) -> const Node* {
      const auto found = trees_.find(std::string(name));
      return found == trees_.end() ? nullptr : &found->second;
    };
  }
  Refusal refusal(std::string_view expression, std::span<const std::string_view> known = {}) const {
    const Node tree = parse_expression(expression);
    try {
      SlotMap slots;
      compile(tree, {find(), known}, slots);
      return {};
    } catch (const Failure& failure) {
      return {failure.what(), failure.position().offset, failure.status()};
    }
  }

 private:
  std::map<std::string, Node> trees_;
};

Node group(Node::Type type, std::vector<Node> children) {
  Node node;
  node.type = type;
  node.children = std::move(children);
  return node;
}

TEST(Groups, EveryTruthTableHolds) {
  // Three conditions that are true by choice.
  const std::string_view expressions[] = {
      "N.a = 1 and N.b = 1 and N.c = 1",      "N.a = 1 or N.b = 1 or N.c = 1",
      "N.a = 1 and N.b = 1 or N.c = 1",       "N.a = 1 and (N.b = 1 or N.c = 1)",
      "not (N.a = 1 and N.b = 1) or N.c = 1", "not (N.a = 1 or not (N.b = 1 and not N.c = 1))",
  };
  for (int bits = 0; bits < 8; ++bits) {
    const bool a = (bits & 1) != 0;
    const bool b = (bits & 2) != 0;
    const bool c = (bits & 4) != 0;
    const bool expected[] = {a && b && c,   a || b || c,    (a && b) || c,
                             a && (b || c), !(a && b) || c, !(a || !(b && !c))};
    Event event;
    event.set("N.a", a ? 1 : 0).set("N.b", b ? 1 : 0).set("N.c", c ? 1 : 0);
    for (std::size_t i = 0; i < std::size(expressions); ++i) {
      EXPECT_EQ(matches(expressions[i], event), expected[i]) << expressions[i] << bits;
    }
  }
}

TEST(Groups, ANegationJoinsItsChildrenWithAnd) {
  const Node tree =
      group(Node::Type::negation, {parse_expression("N.a = 1"), parse_expression("N.b = 1")});
  EXPECT_FALSE(matches(tree, Event().set("N.a", 1).set("N.b", 1)));
  EXPECT_TRUE(matches(tree, Event().set("N.a", 1).set("N.b", 2)));
}

TEST(Groups, AllOfNothingIsTrueAndAnyOfNothingIsFalse) {
  const Node all = group(Node::Type::all, {});
  const Node any = group(Node::Type::any, {});
  const Node a = parse_expression("N.a = 1");
  const Event event = Event().set("N.a", 1);
  EXPECT_TRUE(matches(all, event));
  EXPECT_FALSE(matches(any, event));
  EXPECT_FALSE(matches(group(Node::Type::negation, {}), event));
  EXPECT_TRUE(matches(group(Node::Type::negation, {any}), event));
  EXPECT_TRUE(matches(group(Node::Type::all, {all, a}), event));
  EXPECT_FALSE(matches(group(Node::Type::all, {any, a}), event));
  EXPECT_TRUE(matches(group(Node::Type::any, {all, a}), Event()));
  EXPECT_TRUE(matches(group(Node::Type::any, {any, a}), event));
}

TEST(Groups, OnlyAFilterThatMatchesEverythingIsEmpty) {
  SlotMap slots;
  EXPECT_TRUE(Program().empty());
  EXPECT_TRUE(compile(Node(), {}, slots).empty());
  EXPECT_FALSE(compile(parse_expression("N.a = 1"), {}, slots).empty());
  EXPECT_FALSE(compile(group(Node::Type::any, {}), {}, slots).empty());
  Scratch scratch;
  EXPECT_TRUE(Program().matches(nullptr, scratch));
}

TEST(Groups, WantEachFieldOnce) {
  SlotMap slots;
  compile(parse_expression("N.a = 1 and N.b = N.a or N.b > 2"), {}, slots);
  EXPECT_EQ(slots.size(), 2U);
}

TEST(SavedFilters, StandInForTheirTrees) {
  Saved saved;
  saved.add("web", "DestinationPort = [80, 443]").add("out", "not filter('web') or N.a = 1");
  const Node tree = parse_expression("filter('out') and N.b = 1");
  EXPECT_EQ(to_expression(inline_saved(tree, saved.find())),
            "(not DestinationPort = [80, 443] or N.a = 1) and N.b = 1");
  SlotMap slots;
  const Program program = compile(tree, {saved.find()}, slots);
  Scratch scratch;
  const auto holds = [&](const Event& event) {
    return program.matches(event.row(slots).data(), scratch);
  };
  EXPECT_TRUE(holds(Event().set("DestinationPort", 22).set("N.b", 1)));
  EXPECT_FALSE(holds(Event().set("DestinationPort", 80).set("N.b", 1)));
  EXPECT_TRUE(holds(Event().set("DestinationPort", 80).set("N.a", 1).set("N.b", 1)));
}

TEST(SavedFilters, AnUnknownNameIsRefusedWithItsNeighbour) {
  const std::string_view known[] = {"web traffic", "dns"};
  const Refusal near = Saved().refusal("N.a = 1 or filter('web trafic')", known);
  EXPECT_EQ(near.message, "unknown saved filter 'web trafic'; did you mean 'web traffic'?");
  EXPECT_EQ(near.offset, 11);
  EXPECT_EQ(Saved().refusal("filter('x')").message,
            "unknown saved filter 'x'; define it under 'filters'");
}

TEST(SavedFilters, ACycleIsNamed) {
  Saved saved;
  saved.add("a", "N.a = 1 or filter('b')").add("b", "not filter('c')").add("c", "filter('b')");
  saved.add("self", "filter('self')");
  const Refusal cycle = saved.refusal("N.b = 1 and filter('a')");
  EXPECT_EQ(cycle.message,
            "saved filters refer to each other in a circle: 'b' -> 'c' -> 'b'; take one of the "
            "references out");
  EXPECT_EQ(cycle.offset, 12);
  EXPECT_EQ(saved.refusal("filter('self')").message,
            "saved filters refer to each other in a circle: 'self' -> 'self'; take one of the "
            "references out");
  EXPECT_THROW(inline_saved(parse_expression("filter('a')"), saved.find()), Failure);
}

TEST(SavedFilters, TheSameFilterTwiceIsNoCycle) {
  Saved saved;
  saved.add("a", "N.a = 1").add("b", "filter('a') or not filter('a')");
  EXPECT_EQ(saved.refusal("filter('a') and filter('b') and filter('a')").message, "");
}

TEST(SavedFilters, AnErrorInsideNamesTheFilterAndStandsAtTheReference) {
  Saved saved;
  saved.add("bad", "N.a = 1 and SourceAddress inSubnet 'x'").add("outer", "filter('bad')");
  const Refusal inner = saved.refusal("N.a = 1 and filter('outer')");
  EXPECT_TRUE(inner.message.starts_with("in the saved filter 'bad': 'x' is not a subnet"))
      << inner.message;
  EXPECT_EQ(inner.offset, 12);
}

TEST(SavedFilters, DoublingReferencesCannotExhaustTheMemory) {
  Saved saved;
  saved.add("f0", "N.a = 1");
  for (int i = 1; i < 64; ++i) {
    const std::string before = std::string("filter('f").append(std::to_string(i - 1)).append("')");
    saved.add(std::string("f").append(std::to_string(i)), before + " or " + before);
  }
  const Refusal refused = saved.refusal("filter('f63')");
  EXPECT_NE(refused.message.find("more than 131072 conditions"), std::string::npos)
      << refused.message;
}

TEST(SavedFilters, CountTheItemsOfTheirListsEachTimeTheyAreUsed) {
  Saved saved;
  std::string list = "N.a = [";
  for (int i = 0; i < 10'000; ++i) list += std::to_string(i) + ',';
  list.back() = ']';
  saved.add("a", list);
  EXPECT_EQ(saved.refusal(alternatives("filter('a')", 100)).message, "");
  EXPECT_EQ(saved.refusal(alternatives("filter('a')", 101)).message,
            "in the saved filter 'a': the filter, with its saved filters, has more than 1000000 "
            "list items; use those with long lists less often");
}

TEST(SavedFilters, CountTheBytesOfTheirConstantsEachTimeTheyAreUsed) {
  Saved saved;
  saved.add("a", "Name = '" + std::string(std::size_t{1} << 20, 'x') + "'");
  EXPECT_EQ(saved.refusal(alternatives("filter('a')", 16)).message, "");
  EXPECT_EQ(saved.refusal(alternatives("filter('a')", 17)).message,
            "in the saved filter 'a': the constants of the filter, with its saved filters, have "
            "more than 16 MiB; use those with long constants less often");
}

TEST(SavedFilters, CountTheirNegationsEachTimeTheyAreUsed) {
  Saved saved;
  saved.add("a", "not not not not N.a = 1");
  std::string many = "filter('a')";
  for (int i = 1; i < 30'000; ++i) many += " or filter('a')";
  EXPECT_EQ(saved.refusal(many).message,
            "in the saved filter 'a': the filter, with its saved filters, has more than 131072 "
            "conditions, negations and groups; put alternatives in lists");
}

}  // namespace
}  // namespace weir::filter
