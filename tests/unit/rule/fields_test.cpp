#include "found.h"

namespace weir::rule {
namespace {

Lines identical(std::string_view field) {
  return rule("name: r\nidentical_fields: [" + std::string(field) + "]\n");
}

TEST(FieldLists, SuggestAField) {
  EXPECT_EQ(identical("DestinationAdress"),
            (Lines{"2:20: error: unknown field 'DestinationAdress'; did you mean "
                   "'DestinationAddress'?"}));
}

TEST(FieldLists, RefuseFieldsThatWeirWrites) {
  for (const std::string field :
       {"ID", "Type", "Timestamp", "StartTime", "EndTime", "BaseEventCount", "AggregationRuleID",
        "AggregationRuleName", "TenantName"}) {
    const std::string why = " field: Weir writes it into the aggregated event itself; remove it";
    EXPECT_EQ(identical(field),
              (Lines{"2:20: error: '" + field + "' cannot be an identical" + why}));
    EXPECT_EQ(rule_with("unique_fields: [" + field + "]"),
              (Lines{"3:17: error: '" + field + "' cannot be a unique" + why}));
    EXPECT_EQ(rule_with("sum_fields: [" + field + "]"),
              (Lines{"3:14: error: '" + field + "' cannot be a sum" + why}));
  }
}

TEST(FieldLists, RefuseStructuredFields) {
  for (const std::string field : {"TI", "BaseEvents", "AffectedAssets"})
    EXPECT_EQ(identical(field),
              (Lines{"2:20: error: '" + field +
                     "' cannot be an identical field: it holds structured data; remove it"}));
}

TEST(FieldLists, AskForAKeyOfExtra) {
  EXPECT_EQ(identical("Extra"), (Lines{"2:20: error: 'Extra' cannot be an identical field: it is a "
                                       "map; name one of its keys: Extra.<key>"}));
}

TEST(FieldLists, TakeRawAndExtraAsText) { EXPECT_EQ(identical("Raw, Extra.k"), Lines{}); }

TEST(FieldLists, TakeArraysAsIdenticalAndUniqueFields) {
  EXPECT_EQ(identical("SA.Tags, NA.Ports, FA.Scores"), Lines{});
  EXPECT_EQ(rule_with("unique_fields: [SA.Tags, NA.Ports, FA.Scores]"), Lines{});
}

TEST(FieldLists, RefuseSumsOfArraysAndTimes) {
  EXPECT_EQ(rule_with("sum_fields: [SA.Tags]"),
            (Lines{"3:14: error: 'SA.Tags' cannot be a sum field: an array has no sum; use a "
                   "unique field"}));
  EXPECT_EQ(rule_with("sum_fields: [FlexDate1]"),
            (Lines{"3:14: error: 'FlexDate1' cannot be a sum field: a sum of times means nothing; "
                   "use a number, float or text field"}));
}

TEST(FieldLists, SumNumbersFloatsAndText) {
  EXPECT_EQ(rule_with("sum_fields: [BytesIn, N.x, SourceLatitude, F.x, Message, S.x, Extra.x]"),
            Lines{});
}

TEST(FieldLists, RefuseAFieldTwice) {
  EXPECT_EQ(identical("BytesIn,\n BytesIn"),
            (Lines{"3:2: error: 'BytesIn' is in identical_fields twice, first on line 2; remove "
                   "one"}));
}

TEST(FieldLists, RefuseAFieldInTwoParts) {
  EXPECT_EQ(rule_with("unique_fields: [Name]"),
            (Lines{"3:17: error: 'Name' is in identical_fields too, on line 2; a field plays one "
                   "part, so remove one"}));
  EXPECT_EQ(rule_with("unique_fields: [BytesIn]\nsum_fields: [BytesIn]"),
            (Lines{"4:14: error: 'BytesIn' is in unique_fields too, on line 3; a field plays one "
                   "part, so remove one"}));
}

TEST(FieldLists, AreLists) {
  EXPECT_EQ(rule_with("sum_fields: BytesIn"),
            (Lines{"3:13: error: sum_fields must be a list, not 'BytesIn'; put it in [ ]"}));
  EXPECT_EQ(rule_with("sum_fields: [{a: b}, ~]"),
            (Lines{"3:14: error: sum_fields must hold names of fields, not a map",
                   "3:22: error: sum_fields must hold names of fields, not nothing"}));
}

}  // namespace
}  // namespace weir::rule
