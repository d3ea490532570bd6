#include "test/comparison.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::host {
namespace {

// "1=1 2! +1 -2": which stand side by side and are the same or not, came unexpected, did not come.
std::string side_by_side(const std::string& expected, const std::string& got) {
  std::string out;
  for (const Pair& pair : compare(read_events(expected), read_events(got))) {
    if (!out.empty()) out += ' ';
    if (pair.expected) out += pair.got ? std::to_string(*pair.expected) : "-";
    if (pair.expected && pair.got) out += pair.same ? '=' : '!';
    if (!pair.expected) out += '+';
    out += std::to_string(pair.got ? *pair.got : *pair.expected);
  }
  return out;
}

bool same(const std::string& expected, const std::string& got) {
  return all_same(compare(read_events(expected), read_events(got)));
}

TEST(Comparison, IsByValueAndNotBySpelling) {
  EXPECT_TRUE(same(R"({"a": 10})", R"({"a": 10.0})"));
  EXPECT_TRUE(same(R"({"a": 0.5})", R"({"a": 5e-1})"));
  EXPECT_TRUE(same(R"({"a": "A"})", "{\"a\": \"\\u0041\"}"));
  EXPECT_TRUE(same(R"({"a": {"x": 1, "y": 2}})", R"({"a": {"y": 2, "x": 1}})"));
  EXPECT_TRUE(same(R"({"a": 18446744073709551615})", R"({"a": 18446744073709551615})"));
  EXPECT_FALSE(same(R"({"a": 9007199254740993})", R"({"a": 9007199254740992})"));
  EXPECT_FALSE(same(R"({"a": "10"})", R"({"a": 10})"));
  EXPECT_FALSE(same(R"({"a": [1, 2]})", R"({"a": [2, 1]})"));
  EXPECT_FALSE(same(R"({"a": [1]})", R"({"a": 1})"));
}

TEST(Comparison, IsOfTheFieldsThatAreExpected) {
  EXPECT_TRUE(same(R"({"a": 1})", R"({"a": 1, "b": 2})"));
  EXPECT_TRUE(same("{}", R"({"b": 2})"));
  EXPECT_TRUE(same(R"({"a": null})", R"({"b": 2})"));
  EXPECT_FALSE(same(R"({"b": null})", R"({"b": 2})"));
  EXPECT_FALSE(same(R"({"a": 1})", "{}"));
  EXPECT_TRUE(same(R"({"Extra": {"k": 1}})", R"({"Extra": {"j": 0, "k": 1}})"));
  EXPECT_TRUE(same(R"({"Extra.k": 1})", R"({"Extra": {"k": 1}})"));
}

TEST(Comparison, PutsAsManyAsPossibleBesideTheirLike) {
  const std::string a = "{\"a\":1}\n", b = "{\"a\":2}\n", c = "{\"a\":3}\n";
  EXPECT_EQ(side_by_side(a + b + c, a + b + c), "0=0 1=1 2=2");
  EXPECT_EQ(side_by_side(a + b + c, a + c), "0=0 -1 2=1");
  EXPECT_EQ(side_by_side(a + c, a + b + c), "0=0 +1 1=2");
  EXPECT_EQ(side_by_side(a + b, a + c), "0=0 1!1");
  EXPECT_EQ(side_by_side("", a), "+0");
  EXPECT_EQ(side_by_side(a, ""), "-0");
  EXPECT_EQ(side_by_side("", ""), "");
}

TEST(Comparison, OfVeryManyGoesOneByOne) {
  std::string expected, got;
  for (int i = 0; i < 2000; ++i) {
    expected += "{\"a\":" + std::to_string(i) + "}\n";
    got += "{\"a\":" + std::to_string(i + 1) + "}\n";
  }
  const auto pairs = compare(read_events(expected), read_events(got));
  ASSERT_EQ(pairs.size(), 2000U);
  EXPECT_FALSE(pairs.back().same);
}

}  // namespace
}  // namespace weir::host
