// Operators on text, case by case: order, parts, folding, patterns, and bytes that are no UTF-8.

#include <string>
#include <string_view>

#include "cases.h"

namespace weir::filter {
namespace {

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
