// Operators on numbers, case by case: values of either type, bits, and numbers that text holds.

#include <cstdint>
#include <limits>
#include <string>

#include "cases.h"

namespace weir::filter {
namespace {

TEST(Operators, CompareWholeNumbers) {
  check(event("DestinationPort", 443), {
                                           {"DestinationPort = 443", true},
                                           {"DestinationPort = '443'", true},
                                           {"DestinationPort = 443.0", true},
                                           {"DestinationPort = 444", false},
                                           {"DestinationPort = ''", false},
                                           {"DestinationPort = [80, '443']", true},
                                           {"DestinationPort = [80, 8080]", false},
                                           {"DestinationPort = ['', 443]", true},
                                           {"DestinationPort < 1000", true},
                                           {"DestinationPort < '1000'", true},
                                           {"DestinationPort < 442.5", false},
                                           {"DestinationPort > 442.5", true},
                                           {"DestinationPort <= 443", true},
                                           {"DestinationPort >= 443", true},
                                           {"DestinationPort > 443", false},
                                           {"DestinationPort > 99999999999999999999", false},
                                           {"DestinationPort < 99999999999999999999", true},
                                           {"DestinationPort contains '44'", true},
                                           {"DestinationPort startsWith 4", true},
                                           {"DestinationPort endsWith '43'", true},
                                           {"DestinationPort match '^4+3$'", true},
                                           {"DestinationPort inSubnet '0.0.0.0/0'", false},
                                       });
}

TEST(Operators, CompareFloats) {
  check(event("F.x", 0.5), {
                               {"F.x = 0.5", true},
                               {"F.x = '0.5'", true},
                               {"F.x = [0.25, 0.50]", true},
                               {"F.x = 1", false},
                               {"F.x < 1", true},
                               {"F.x >= 0.5", true},
                               {"F.x = ''", false},
                               {"F.x contains '.5'", true},
                           });
  check(event("F.x", std::numeric_limits<double>::quiet_NaN()),
        {{"F.x = 0", false}, {"F.x < 0", false}, {"F.x >= 0", false}, {"F.x = [0, 1]", false}});
}

TEST(Operators, FindEveryFloatOfALongListWrittenInAnyOrder) {
  std::string list = "F.x = [";
  for (int i = 0; i < 1'000; ++i) list += std::to_string(i * 389 % 1'000) + ".5,";
  list.back() = ']';
  const Node tree = parse_expression(list);
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(matches(tree, event("F.x", i + 0.5))) << i;
    ASSERT_FALSE(matches(tree, event("F.x", i + 0.25))) << i;
    ASSERT_FALSE(matches(tree, event("F.x", i))) << i;
  }
  EXPECT_TRUE(matches(tree, event("F.x", "499.5")));
  EXPECT_FALSE(matches(tree, event("F.x", "499.5x")));
  EXPECT_FALSE(matches(tree, event("F.x", std::numeric_limits<double>::quiet_NaN())));
  EXPECT_FALSE(matches(tree, event("F.x", std::numeric_limits<double>::infinity())));
}

TEST(Operators, NeverRoundAnInteger) {
  constexpr std::int64_t big = 9'007'199'254'740'993;  // 2^53 + 1: no double has this value
  check(Event().set("N.n", big).set("F.f", 9007199254740992.0),
        {
            {"N.n = F.f", false},
            {"N.n > F.f", true},
            {"F.f < N.n", true},
            {"N.n = 9007199254740993", true},
            {"N.n = 9007199254740992", false},
            {"N.n > 9007199254740992.0", true},
        });
  check(Event().set("N.n", std::numeric_limits<std::int64_t>::max()).set("F.f", 9.3e18),
        {{"N.n < F.f", true}, {"N.n = F.f", false}, {"F.f > N.n", true}});
}

TEST(Operators, ReadNumbersFromText) {
  check(event("Message", "443"), {
                                     {"Message = 443", true},
                                     {"Message = '443'", true},
                                     {"Message > 9", true},     // by value
                                     {"Message > '9'", false},  // by code point
                                     {"Message <= 443.5", true},
                                     {"Message hasBit 0", true},
                                 });
  check(event("Message", "1.5"),
        {{"Message > 1", true}, {"Message < 2", true}, {"Message hasBit 0", false}});
}

TEST(Operators, TestBits) {
  check(event("N.n", 0b1001), {
                                  {"N.n hasBit 0", true},
                                  {"N.n hasBit 1", false},
                                  {"N.n hasBit '3'", true},
                                  {"N.n hasBit [0, 3]", true},
                                  {"N.n hasBit [0, 1]", false},
                              });
  check(event("N.n", -1), {{"N.n hasBit 63", true}, {"N.n hasBit [0, 31, 62]", true}});
  check(event("F.f", 4.0), {{"F.f hasBit 2", true}, {"F.f hasBit 1", false}});
  check(event("F.f", 4.5), {{"F.f hasBit 2", false}});
  check(event("F.f", 1e300), {{"F.f hasBit 2", false}});
  check(event("Name", "-2"), {{"Name hasBit 63", true}, {"Name hasBit 0", false}});
  check(event("Name", "four"), {{"Name hasBit 2", false}});
  check(event("Name", true), {{"Name hasBit 0", false}});
}

}  // namespace
}  // namespace weir::filter
