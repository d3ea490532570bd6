// Operators on operands of every kind, case by case: addresses, absent, arrays, fields, lists.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cases.h"

namespace weir::filter {
namespace {

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

}  // namespace
}  // namespace weir::filter
