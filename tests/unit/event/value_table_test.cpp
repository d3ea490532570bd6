#include "event/value_table.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

using namespace std::string_view_literals;

const ValueTable protocols({{"6", "tcp"},
                            {"17", "udp"},
                            {"-1", "none"},
                            {"true", "yes"},
                            {"1.5", "half"},
                            {"Любой", "any"},
                            {"6", "late"},
                            {"x", ""}});

std::string found(const Value& value) {
  const std::string* text = protocols.find(value);
  return text == nullptr ? "nothing" : *text;
}

TEST(ValueTable, FindsIntegersAndTheirTextsAlike) {
  EXPECT_EQ(found(Value::of(std::int64_t{6})), "tcp");
  EXPECT_EQ(found(Value::of("6"sv)), "tcp");
  EXPECT_EQ(found(Value::of(6.0)), "tcp");
  EXPECT_EQ(found(Value::of(std::int64_t{-1})), "none");
  EXPECT_EQ(found(Value::of("17"sv)), "udp");
}

TEST(ValueTable, FindsOtherKindsByTheirText) {
  EXPECT_EQ(found(Value{1, 0, Kind::boolean}), "yes");
  EXPECT_EQ(found(Value::of(1.5)), "half");
  EXPECT_EQ(found(Value::of("Любой"sv)), "any");
  EXPECT_EQ(found(Value::of("x"sv)), "");
}

TEST(ValueTable, FindsNothingElse) {
  for (const std::string_view text : {"06"sv, "6 "sv, "+6"sv, "любой"sv, "X"sv})
    EXPECT_EQ(found(Value::of(text)), "nothing") << text;
  EXPECT_EQ(found(Value::of(std::int64_t{7})), "nothing");
  EXPECT_EQ(found(Value{}), "nothing");
  EXPECT_EQ(found(Value{0, 0, Kind::boolean}), "nothing");
  const std::int64_t numbers[] = {6};
  EXPECT_EQ(found(Value::array(Kind::integer_array, numbers, 1)), "nothing");
}

}  // namespace
}  // namespace weir
