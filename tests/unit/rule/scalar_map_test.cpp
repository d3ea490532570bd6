#include "rule/scalar_map.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::rule {
namespace {

// The bytes of the source that the last byte of the value stands for, up to the end of the value.
std::string last(std::string_view source, std::size_t offset, bool quoted, std::string_view value) {
  Node scalar;
  scalar.offset = static_cast<std::uint32_t>(offset);
  scalar.quoted = quoted;
  scalar.text = value;
  const auto map = map_to_source(source, scalar);
  return std::string(source.substr(map[value.size() - 1], map.back() - map[value.size() - 1]));
}

TEST(ScalarMap, FollowsPlainText) { EXPECT_EQ(last("k: a b X", 3, false, "a b X"), "X"); }

TEST(ScalarMap, FollowsPlainTextOverLines) {
  EXPECT_EQ(last("k: a\n   b\n\n  X", 3, false, "a b\nX"), "X");
}

TEST(ScalarMap, CountsADoubledQuoteOnce) {
  EXPECT_EQ(last("k: 'a ''b'' X'", 3, true, "a 'b' X"), "X");
}

TEST(ScalarMap, FollowsEscapes) {
  EXPECT_EQ(last(R"(k: "\x41\u0416\U0001F600\t\"\\ X")", 3, true, "AЖ😀\t\"\\ X"), "X");
}

TEST(ScalarMap, FollowsAPairOfSurrogates) {
  EXPECT_EQ(last(R"("\ud83d\ude00X")", 0, true, "😀X"), "X");
}

TEST(ScalarMap, FollowsALineThatIsContinued) {
  EXPECT_EQ(last("\"a \\\n   X\"", 0, true, "a X"), "X");
}

TEST(ScalarMap, FollowsALiteralBlock) {
  EXPECT_EQ(last("k: | # why\n  a\r\n    X", 3, true, "a\n  X"), "X");
}

TEST(ScalarMap, FollowsAFoldedBlock) { EXPECT_EQ(last("k: >-\n  a\n  X\n", 3, true, "a X"), "X"); }

TEST(ScalarMap, PointsAtTheStartOfWhatItCannotFollow) {
  Node scalar;
  scalar.offset = 3;
  scalar.text = "other";
  EXPECT_EQ(map_to_source("k: value", scalar), std::vector<std::uint32_t>(6, 3));
}

}  // namespace
}  // namespace weir::rule
