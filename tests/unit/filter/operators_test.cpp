// What each operator is true of, case by case, and what is refused when a filter is built.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "event.h"

namespace weir::filter {
namespace {

template <std::size_t n>
void check(const Event& event, const Case (&cases)[n]) {
  for (const Case& c : cases) {
    EXPECT_EQ(matches(c.condition, event), c.expected) << c.condition;
    const std::string negated = "not " + std::string(c.condition);
    EXPECT_EQ(matches(negated, event), !c.expected) << negated;
  }
}

TEST(Operators, CompareText) {
  check(event("Name", "Bravo"), {
                                    {"Name = 'Bravo'", true},
                                    {"Name = 'bravo'", false},
                                    {"Name = 'bRAVO' nocase", true},
                                    {"Name = 'Brav'", false},
                                    {"Name = ''", false},
                                    {"Name = ['a', 'Bravo']", true},
                                    {"Name = ['', 'Bravo']", true},
                                    {"Name = ['', 'b']", false},
                                    {"Name = ['x', 'BRAVO'] nocase", true},
                                    {"Name < 'Bravp'", true},
                                    {"Name < 'Bravo'", false},
                                    {"Name <= 'Bravo'", true},
                                    {"Name > 'Brav'", true},
                                    {"Name >= 'a'", false},
                                    {"Name >= 'A' nocase", true},
                                    {"Name < 'C' nocase", true},
                                    {"Name <= 'BRAVO' nocase", true},
                                    {"Name > 5", false},
                                    {"Name < 5", false},
                                });
}

TEST(Operators, LookIntoText) {
  check(event("Message", "connection from ALPHA refused"),
        {
            {"Message contains 'ALPHA'", true},
            {"Message contains 'alpha'", false},
            {"Message contains 'alpha' nocase", true},
            {"Message contains ['beta', 'ref']", true},
            {"Message contains ['beta', 'gamma']", false},
            {"Message contains ['BETA', 'FROM'] nocase", true},
            {"Message contains ''", true},
            {"Message startsWith 'conn'", true},
            {"Message startsWith 'onn'", false},
            {"Message startsWith 'CONN' nocase", true},
            {"Message startsWith ['x', 'CONN'] nocase", true},
            {"Message startsWith ['x', 'conn']", true},
            {"Message endsWith 'refused'", true},
            {"Message endsWith 'refuse'", false},
            {"Message endsWith 'REFUSED' nocase", true},
            {"Message endsWith ['x', 'sed']", true},
            {"Message match 'from [A-Z]+ ref'", true},
            {"Message match '^from'", false},
            {"Message match 'from alpha' nocase", true},
            {"Message match ['^x', 'd$']", true},
            {"Message match 'ALPHA'", true},
            {"Message match 'alpha'", false},
            {"Message match ['a1', 'a2', 'a3', 'a4', 'a5']", false},
            {"Message match ['a1', 'a2', 'a3', 'a4', 'AL.HA']", true},
            {"Message match ['a1', 'a2', 'a3', 'a4', 'al.ha'] nocase", true},
        });
}

TEST(Operators, FoldCyrillicAndTheOddOnes) {
  check(event("Name", "ПРИВЕТ, Ⱥ\xE2\x84\xAA"),  // U+212A, the Kelvin sign
        {
            {"Name = 'привет, ⱥk' nocase", true},
            {"Name = ['привет, ⱥk', ''] nocase", true},
            {"Name contains 'вет, ⱥ' nocase", true},
            {"Name startsWith 'привеТ' nocase", true},
            {"Name endsWith 'ȺK' nocase", true},
            {"Name match 'прив.т, .k$' nocase", true},
            {"Name > 'ПРИВЕТ' nocase", true},
            {"Name = 'привет, ⱥk'", false},
        });
}

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

TEST(Operators, FindAddressesInSubnets) {
  check(event("SourceAddress", "10.1.2.3"),
        {
            {"SourceAddress inSubnet '10.0.0.0/8'", true},
            {"SourceAddress inSubnet '10.9.9.9/8'", true},
            {"SourceAddress inSubnet '11.0.0.0/8'", false},
            {"SourceAddress inSubnet '10.1.2.3'", true},
            {"SourceAddress inSubnet ['192.168.0.0/16', '10.1.0.0/16']", true},
            {"SourceAddress inSubnet '::ffff:10.0.0.0/104'", true},
            {"SourceAddress inSubnet '::/0'", false},
            {"SourceAddress inSubnet '0.0.0.0/0'", true},
            {"SourceAddress inSubnet '10.0.0.0/8' nocase", true},
        });
  check(event("SourceAddress", "::ffff:10.1.2.3"),
        {{"SourceAddress inSubnet '10.0.0.0/8'", true}, {"SourceAddress inSubnet '::/0'", false}});
  check(event("SourceAddress", "2001:db8::1"),
        {
            {"SourceAddress inSubnet '2001:db8::/32'", true},
            {"SourceAddress inSubnet '2001:DB8:0::1'", true},
            {"SourceAddress inSubnet '2001:db9::/32'", false},
            {"SourceAddress inSubnet '::/0'", true},
            {"SourceAddress inSubnet '0.0.0.0/0'", false},
            {"SourceAddress inSubnet ['fe80::/10', '2000::/3']", true},
        });
  check(event("SourceAddress", "localhost"), {{"SourceAddress inSubnet '0.0.0.0/0'", false}});
  check(Event().set("SourceAddress", "10.1.2.3").set("Message", "10.0.0.0/8").set("Name", "x"),
        {
            {"SourceAddress inSubnet Message", true},
            {"SourceAddress inSubnet SourceAddress", true},
            {"SourceAddress inSubnet Name", false},
            {"Message inSubnet SourceAddress", false},
            {"SourceAddress inSubnet Reason", false},
        });
  check(Event().set("SourceAddress", "10.1.2.3").set("Message", "::/0"),
        {{"SourceAddress inSubnet Message", false}});
}

TEST(Operators, NothingButEmptyIsTrueOfAnAbsentField) {
  check(Event(), {
                     {"Name = ''", true},
                     {"Name = ['a', '']", true},
                     {"DestinationPort = ''", true},
                     {"DestinationPort = [1, '']", true},
                     {"F.x = ''", true},
                     {"Timestamp = ''", true},
                     {"SA.x = ''", true},
                     {"Name = 'a'", false},
                     {"DestinationPort = 0", false},
                     {"Name < 'a'", false},
                     {"Name >= ''", false},
                     {"DestinationPort <= 0", false},
                     {"Name contains ''", false},
                     {"Name startsWith ''", false},
                     {"Name endsWith ''", false},
                     {"Name contains '' nocase", false},
                     {"Name match ''", false},
                     {"Name inSubnet '::/0'", false},
                     {"DestinationPort hasBit 0", false},
                     {"Name = Message", false},
                     {"Name <= Message", false},
                     {"Name contains Message", false},
                 });
  check(event("Name", "a"), {{"Name = Message", false},
                             {"Message = Name", false},
                             {"Name contains Message", false},
                             {"Name > Message", false}});
}

TEST(Operators, AnEmptyTextOrArrayIsAbsentHoweverItCame) {
  Event event;
  event.put("Name", Value{Value::address(""), 0, Kind::text});
  event.set("SA.x", std::vector<std::string>{});
  check(event, {{"Name = ''", true},
                {"Name contains ''", false},
                {"SA.x = ''", true},
                {"SA.x contains ''", false}});
}

TEST(Operators, AnArrayOnTheLeftNeedsOneElement) {
  Event event;
  event.set("SA.x", std::vector<std::string>{"alpha", "", "10.0.0.1", "7"});
  event.set("NA.x", std::vector<std::int64_t>{1, 22, 333});
  event.set("FA.x", std::vector<double>{0.5, 2});
  event.set("Name", "ALPHA").set("DestinationPort", 22).set("F.y", 22.0);
  check(event, {
                   {"SA.x = 'alpha'", true},
                   {"SA.x = 'beta'", false},
                   {"SA.x = ''", false},
                   {"SA.x = ['beta', 'ALPHA'] nocase", true},
                   {"SA.x contains 'lph'", true},
                   {"SA.x contains ''", true},
                   {"SA.x startsWith 'AL' nocase", true},
                   {"SA.x endsWith ['zz', 'pha']", true},
                   {"SA.x match '^a.*a$'", true},
                   {"SA.x match '^$'", false},
                   {"SA.x inSubnet '10.0.0.0/8'", true},
                   {"SA.x inSubnet '11.0.0.0/8'", false},
                   {"SA.x = Name", false},
                   {"SA.x = Name nocase", true},
                   {"SA.x startsWith Name nocase", true},
                   {"NA.x = 22", true},
                   {"NA.x = '22'", true},
                   {"NA.x = [4, 333]", true},
                   {"NA.x = 2", false},
                   {"NA.x contains '33'", true},
                   {"NA.x = DestinationPort", true},
                   {"NA.x = F.y", true},
                   {"FA.x = 0.5", true},
                   {"FA.x = [3, 2]", true},
                   {"FA.x = 3", false},
               });
}

TEST(Operators, CompareFields) {
  Event event;
  event.set("Name", "Abc").set("Message", "aBC").set("Reason", "b");
  event.set("DestinationPort", 53).set("SourcePort", 53).set("F.f", 53.0).set("S.n", "53");
  event.set("S.m", "053").set("S.f", "53.5").set("S.ip", "x");
  check(event, {
                   {"Name = Name", true},
                   {"Name = Message", false},
                   {"Name = Message nocase", true},
                   {"Message contains Reason", false},
                   {"Message contains Reason nocase", true},
                   {"Message endsWith Name nocase", true},
                   {"Name startsWith Message nocase", true},
                   {"Name < Message", true},
                   {"Name < Message nocase", false},
                   {"Name <= Message nocase", true},
                   {"Name < Reason nocase", true},
                   {"DestinationPort = SourcePort", true},
                   {"DestinationPort >= SourcePort", true},
                   {"DestinationPort > SourcePort", false},
                   {"DestinationPort = F.f", true},
                   {"F.f = DestinationPort", true},
                   {"DestinationPort = S.n", true},
                   {"S.n = DestinationPort", true},
                   {"DestinationPort = S.m", true},
                   {"S.n = S.m", false},
                   {"DestinationPort = S.f", false},
                   {"DestinationPort < S.f", true},
                   {"S.f > DestinationPort", true},
                   {"DestinationPort < S.ip", false},
                   {"DestinationPort > S.ip", false},
                   {"S.m contains DestinationPort", true},
                   {"DestinationPort contains S.n", true},
                   {"DestinationPort startsWith F.f", true},
               });
}

TEST(Operators, ValuesOfAnotherKindThanTheirFieldAreStillCompared) {
  check(event("Name", 443), {{"Name = '443'", true},
                             {"Name = ['80', '443']", true},
                             {"Name > 9", true},
                             {"Name > '9'", true},
                             {"Name > 'a'", false},
                             {"Name contains '44'", true}});
  check(event("Name", true), {{"Name = 'true'", true}, {"Name = 'TRUE' nocase", true}});
  check(event("DestinationPort", "443"), {{"DestinationPort = 443", true},
                                          {"DestinationPort = [1, 443]", true},
                                          {"DestinationPort > 9", true},
                                          {"DestinationPort hasBit 0", true}});
  check(event("DestinationPort", "x"), {{"DestinationPort = 443", false},
                                        {"DestinationPort < 9", false},
                                        {"DestinationPort >= 9", false}});
  check(event("DestinationPort", 443.0), {{"DestinationPort = 443", true}});
  check(event("DestinationPort", 443.5), {{"DestinationPort = [443, 1]", false}});
}

TEST(Operators, LongListsAreSets) {
  std::string texts = "Name = [''";
  std::string folded = "Name = ['x'";
  std::string numbers = "DestinationPort = [-1";
  for (int i = 0; i < 1000; ++i) {
    texts += ", 'item" + std::to_string(i * 2) + "'";
    folded += ", 'ITEM" + std::to_string(i * 2) + "'";
    numbers += ", " + std::to_string((i * 7919) % 2000 * 2);
  }
  texts += "]";
  folded += "] nocase";
  numbers += "]";
  for (int i = 0; i < 2000; i += 25) {
    const std::string name = "item" + std::to_string(i);
    ASSERT_EQ(matches(texts, event("Name", std::string_view(name))), i % 2 == 0) << i;
    if (i % 2 == 0) {
      ASSERT_TRUE(matches(folded, event("Name", std::string_view(name)))) << i;
    }
  }
  EXPECT_TRUE(matches(numbers, event("DestinationPort", 7919 * 3 % 2000 * 2)));
  EXPECT_FALSE(matches(numbers, event("DestinationPort", 3)));
}

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

TEST(Operators, PatternsTooLargeForOneAutomatonAreTriedOneByOne) {
  std::string list = "Message match [";
  for (int i = 0; i < 12; ++i) list += "'((a{100}){9}){1}b" + std::to_string(i) + "', ";
  list += "'needle']";
  EXPECT_TRUE(matches(list, event("Message", "hay needle hay")));
  EXPECT_TRUE(matches(list, event("Message", std::string_view(std::string(900, 'a') + "b7"))));
  EXPECT_FALSE(matches(list, event("Message", std::string_view(std::string(899, 'a') + "b7"))));
}

TEST(Operators, BytesThatAreNotUtf8AreDataLikeAnyOther) {
  check(event("Name", std::string_view("a\0\xFFZ", 4)), {
                                                            {"Name contains '\xFF'", true},
                                                            {"Name contains '\xFFz' nocase", true},
                                                            {"Name endsWith 'Z'", true},
                                                            {"Name match 'Z$'", true},
                                                            {"Name startsWith 'A' nocase", true},
                                                        });
}

}  // namespace
}  // namespace weir::filter
