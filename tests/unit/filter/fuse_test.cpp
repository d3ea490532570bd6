// Conditions of one group that become one instruction, and those that do not.
#include "filter/fuse.h"

#include <gtest/gtest.h>

#include "event.h"
#include "filter/compiled.h"

namespace weir::filter {
namespace {

std::size_t instructions(const Node& tree, const FindSaved& saved = {},
                         Fusing fusing = Fusing::on) {
  SlotMap slots;
  return assemble(tree, {saved}, slots, fusing).instructions.size();
}
std::size_t instructions(std::string_view expression) {
  return instructions(parse_expression(expression));
}

TEST(Fuse, AlternativesOfOneFieldBecomeOneList) {
  EXPECT_EQ(instructions("Name match 'a.' or Name match ['b.', 'c.'] or Name match 'd'"), 1U);
  EXPECT_EQ(instructions("Name = 'a' or Message = 'b' or Name = ['c', '']"), 2U);
  EXPECT_EQ(instructions("Name contains 'a' or (Name contains 'b' or Name contains 'c')"), 1U);
  EXPECT_EQ(instructions("SourceAddress inSubnet '10.0.0.0/8' or SourceAddress inSubnet '::/0'"),
            1U);
  EXPECT_EQ(instructions("Name startsWith 'a' or Name startsWith 'b'"), 1U);
  EXPECT_EQ(instructions("Name endsWith 'a' or Name endsWith 'b'"), 1U);
}

TEST(Fuse, SoDoExclusions) {
  EXPECT_EQ(instructions("not Name match 'a.' and not Name match 'b.' and Name match 'c.'"), 2U);
  EXPECT_EQ(instructions("not (Name = 'a' or Name = 'b') and not Name = 'c'"), 1U);
}

TEST(Fuse, WhatIsNoAlternativeStaysApart) {
  EXPECT_EQ(instructions("Name contains 'a' and Name contains 'b'"), 2U);
  EXPECT_EQ(instructions("not Name contains 'a' or not Name contains 'b'"), 2U);
  EXPECT_EQ(instructions("Name contains 'a' or Name contains 'b' nocase"), 2U);
  EXPECT_EQ(instructions("Name contains 'a' or Name startsWith 'b'"), 2U);
  EXPECT_EQ(instructions("Name = 'a' or Name = Message"), 2U);
  EXPECT_EQ(instructions("DestinationPort < 1 or DestinationPort < 2"), 2U);
  EXPECT_EQ(instructions("DestinationPort hasBit 1 or DestinationPort hasBit 2"), 2U);
}

TEST(Fuse, GoesThroughSavedFilters) {
  const Node saved = parse_expression("Name match 'a.' or Name match 'b.'");
  const Node tree = parse_expression("filter('x') or Name match 'c.'");
  const FindSaved find = [&](std::string_view) { return &saved; };
  EXPECT_EQ(instructions(tree, find), 1U);
  EXPECT_EQ(instructions(tree, find, Fusing::off), 3U);
}

TEST(Fuse, EachInstructionKnowsWhichConditionItIs) {
  const Node saved = parse_expression("Name = 'b' or Name = 'c'");
  const Node tree = parse_expression("Name = 'a' or filter('x') or DestinationPort = 1");
  SlotMap slots;
  const Environment environment{[&](std::string_view) { return &saved; }};
  const Compiled apart = assemble(tree, environment, slots, Fusing::off);
  // As they are written; a number is cheaper than a text.
  EXPECT_EQ(apart.conditions, (std::vector<std::uint32_t>{3, 0, 1, 2}));
}

TEST(Fuse, AMistakeIsReportedWhereItWasMade) {
  const std::string_view expression = "Name match 'a.' or Name match 'b.' or Name match '[z-a]'";
  const Refusal wrong = refusal(expression);
  EXPECT_EQ(wrong.message,
            "the expression '[z-a]' does not compile: invalid character class range: z-a");
  EXPECT_EQ(wrong.offset, static_cast<std::int64_t>(expression.find("z-a")));
  EXPECT_EQ(refusal("DestinationPort = 1 or DestinationPort = 'x'").offset, 41);
}

TEST(Fuse, AMistakeInASavedFilterNamesIt) {
  const Node saved = parse_expression("Name match 'a.' or Name match '('");
  const Node outer = parse_expression("filter('inner') or Name match 'q'");
  const Node tree = parse_expression("Name match 'c.' or filter('outer')");
  SlotMap slots;
  try {
    compile(tree, {[&](std::string_view name) { return name == "inner" ? &saved : &outer; }},
            slots);
    FAIL() << "it compiled";
  } catch (const Failure& failure) {
    EXPECT_EQ(std::string(failure.what()),
              "in the saved filter 'inner': the expression '(' does not compile: missing ): (");
    EXPECT_EQ(failure.position().offset, 19);
  }
}

TEST(Fuse, AMistakeInWhatCannotMatterIsReported) {
  Node nothing;
  nothing.type = Node::Type::any;
  Node tree;
  tree.type = Node::Type::all;
  tree.children = {parse_expression("Name match '('"), nothing};
  SlotMap slots;
  EXPECT_THROW(compile(tree, {}, slots), Failure);
}

}  // namespace
}  // namespace weir::filter
