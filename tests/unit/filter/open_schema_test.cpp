// Fields of an open schema: a value compares as what it was fed as.
#include <gtest/gtest.h>

#include "cases.h"

namespace weir::filter {
namespace {

// `x`: a name of no schema. `Name`: text in KUMA's, and here of any type as well.
template <class V, std::size_t n>
void check_open(V value, const Case (&cases)[n]) {
  for (const std::string_view field : {"x", "Name", "DestinationPort", "SA.x"}) {
    const Event made = event(field, value);
    const std::string name(field);
    for (const Case& c : cases) {
      const std::string condition = name + " " + std::string(c.condition);
      EXPECT_EQ(open_matches(condition, made), c.expected) << condition;
      EXPECT_EQ(open_matches("not " + condition, made), !c.expected) << condition;
    }
  }
}

TEST(OpenSchema, ComparesIntegersByValue) {
  check_open(443, {
                      {"= 443", true},
                      {"= 443.0", true},
                      {"= '443'", true},
                      {"= '443' nocase", true},
                      {"= '443.0'", false},  // not a whole decimal number
                      {"= '0443'", true},
                      {"= 444", false},
                      {"= 'https'", false},
                      {"= ''", false},
                      {"= ['https', '443']", true},
                      {"= ['https', 443]", true},
                      {"= ['HTTPS', 443.5, 444]", false},
                      {"= [80, 443]", true},
                      {"= [80, 443.0]", true},
                      {"= ['', 80]", false},
                      {"< 444", true},
                      {"< 443.5", true},
                      {"< '444'", true},
                      {"> '9'", true},
                      {"> 'a'", false},
                      {"< 'a'", false},
                      {"contains '44'", true},
                      {"match '^4+3$'", true},
                      {"hasBit [0, 1]", true},
                      {"inSubnet '0.0.0.0/0'", false},
                  });
}

TEST(OpenSchema, ComparesFloatsByValue) {
  check_open(2.5, {
                      {"= 2.5", true},
                      {"= '2.5'", true},
                      {"= '2.50'", true},
                      {"= [1, 2.5]", true},
                      {"= ['x', '2.5']", true},
                      {"= ['x', '2.50'] nocase", true},
                      {"= [1, 2]", false},
                      {"> 2", true},
                      {"< '2.6'", true},
                  });
  check_open(443.0, {{"= 443", true}, {"= '443'", true}, {"= ['x', '443.0']", true}});
}

TEST(OpenSchema, ComparesTextWithTextAndWithTheNumberThatItIs) {
  check_open("443", {
                        {"= '443'", true},
                        {"= 443", true},
                        {"= 443.0", true},
                        {"= '443.0'", false},
                        {"= ['x', 443]", true},
                        {"= ['x', 443.0]", true},
                        {"= ['x', '443']", true},
                        {"= ['x', 444]", false},
                        {"< 1000", true},
                        {"< '1000'", false},  // by code point
                        {"> '1000'", true},
                    });
  check_open("Bravo", {
                          {"= 'Bravo'", true},
                          {"= 'bravo'", false},
                          {"= 'bravo' nocase", true},
                          {"= ['7', 'BRAVO'] nocase", true},
                          {"= ['7', 'BRAVO']", false},
                          {"= 7", false},
                          {"= [7, 'Bravo']", true},
                          {"= ['', 7]", false},
                          {"< 5", false},
                          {"> 5", false},
                          {"> 'Brav'", true},
                          {"startsWith 'bra' nocase", true},
                      });
}

TEST(OpenSchema, ComparesTruthAsItsText) {
  check_open(true, {
                       {"= 'true'", true},
                       {"= 'TRUE' nocase", true},
                       {"= ['1', 'true']", true},
                       {"= 1", false},
                       {"= '1'", false},
                       {"< 2", false},
                       {"hasBit 0", false},
                   });
}

TEST(OpenSchema, ComparesIntegersAndFloatsWithoutRounding) {
  const Event made = event("x", std::int64_t{9'007'199'254'740'993});
  EXPECT_TRUE(open_matches("x = [9007199254740993, 'a']", made));
  EXPECT_TRUE(open_matches("x = ['9007199254740993', 'a']", made));
  EXPECT_FALSE(open_matches("x = [9007199254740992.0, 'a']", made));
  EXPECT_FALSE(open_matches("x = [9007199254740992, 0.5]", made));
}

TEST(OpenSchema, IsAbsentAsAnyOther) {
  const Event none;
  EXPECT_TRUE(open_matches("x = ''", none));
  EXPECT_TRUE(open_matches("x = ['', 5, 'a']", none));
  EXPECT_FALSE(open_matches("x = ['5', 'a']", none));
  EXPECT_FALSE(open_matches("x < 5", none));
}

TEST(OpenSchema, ComparesFieldsByWhatTheyHold) {
  Event made = event("x", 5);
  made.set("y", "5").set("z", 5.0).set("w", "five");
  EXPECT_TRUE(open_matches("x = y and y = x and x = z and z = y", made));
  EXPECT_FALSE(open_matches("x = w", made));
  EXPECT_TRUE(open_matches("z >= y and not x < w", made));
}

TEST(OpenSchema, KeepsTimesForNumbers) {
  const Event made = event("Timestamp", std::int64_t{1000});
  EXPECT_TRUE(open_matches("Timestamp = '1000' and Timestamp < 1000.5", made));
  SlotMap slots(Schema::open);
  EXPECT_THROW(compile(parse_expression("Timestamp = 'now'", Schema::open), {}, slots), Failure);
}

TEST(OpenSchema, NamesAnyField) {
  const Event made = event("user agent", "curl/8");
  EXPECT_TRUE(open_matches("`user agent` startsWith 'curl/'", made));
  EXPECT_THROW(parse_expression("`user agent` = 'x'"), Failure);
}

}  // namespace
}  // namespace weir::filter
