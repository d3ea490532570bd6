// What is refused of operators and their constants when a filter is built, and where.

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>
#include <tuple>

#include "event.h"

namespace weir::filter {
namespace {

TEST(Operators, ConstantsThatDoNotFitAreRefused) {
  const std::tuple<std::string_view, std::int64_t, std::string_view> cases[] = {
      {"DestinationPort = 'http'", 18,
       "'http' is not a whole number of 64 bits, which 'DestinationPort' holds; correct the "
       "constant or the field"},
      {"DestinationPort = [80, 1.5]", 23,
       "'1.5' is not a whole number of 64 bits, which 'DestinationPort' holds; correct the "
       "constant or the field"},
      {"DestinationPort = '443.0'", 18,
       "'443.0' is not a whole number of 64 bits, which 'DestinationPort' holds; correct the "
       "constant or the field"},
      {"DestinationPort = 9223372036854775808", 18,
       "'9223372036854775808' is not a whole number of 64 bits, which 'DestinationPort' holds; "
       "correct the constant or the field"},
      {"Timestamp = 'now'", 12,
       "'now' is not a whole number of 64 bits, which 'Timestamp' holds; correct the constant or "
       "the field"},
      {"F.x = 'a'", 6, "'a' is not a number, which 'F.x' holds; correct the constant or the field"},
      {"DestinationPort < ''", 18,
       "'' is not a number, which 'DestinationPort' holds; correct the constant or the field"},
      {"Name < ['a']", 7, "'<' compares with one value, not with a list"},
      {"Name inSubnet '10.0.0.0/33'", 14,
       "'10.0.0.0/33' is not a subnet; write an address and a prefix length, such as '10.0.0.0/8' "
       "or '2001:db8::/32'"},
      {"Name inSubnet ['10.0.0.0/8', 'x']", 29,
       "'x' is not a subnet; write an address and a prefix length, such as '10.0.0.0/8' or "
       "'2001:db8::/32'"},
      {"Name hasBit 64", 12, "'64' is not a bit; bits are counted from the right, from 0 to 63"},
      {"Name hasBit -1", 12, "'-1' is not a bit; bits are counted from the right, from 0 to 63"},
      {"Name match Message", 11, "an event field cannot stand right of 'match'; write constants"},
      {"Name hasBit Message", 12, "an event field cannot stand right of 'hasBit'; write constants"},
      {"SA.x < 'a'", 0, "'<' does not take 'SA.x', which is an array"},
      {"NA.x hasBit 1", 0, "'hasBit' does not take 'NA.x', which is an array"},
      {"Name = SA.x", 7,
       "'SA.x' is an array, which cannot stand right of an operator; exchange the sides"},
  };
  for (const auto& [expression, offset, message] : cases) {
    const Refusal refused = refusal(expression);
    EXPECT_EQ(refused.message, message) << expression;
    EXPECT_EQ(refused.offset, offset) << expression;
    EXPECT_EQ(refused.status, Status::invalid_document) << expression;
  }
}

TEST(Operators, APatternThatDoesNotCompileIsRefusedAtItsOffset) {
  const Refusal bad = refusal("Name = 'a' and Name match ['b', 'it''s [z-a]']");
  EXPECT_EQ(bad.offset, 40);  // the z, past the doubled quote
  EXPECT_TRUE(bad.message.starts_with("the expression 'it's [z-a]' does not compile: "))
      << bad.message;
  EXPECT_TRUE(bad.message.ends_with(": z-a")) << bad.message;
  EXPECT_EQ(refusal("Name match 'a)'").offset, 12);
  EXPECT_NE(refusal("Name match 'a{1001}'").message, "");
  EXPECT_NE(refusal("Name match '(?=a)'").message, "");
  EXPECT_NE(refusal("Name match '\xFF'").message, "");
}

}  // namespace
}  // namespace weir::filter
