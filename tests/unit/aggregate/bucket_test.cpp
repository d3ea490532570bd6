// What a bucket accumulates, and the event that it becomes.

#include "aggregate/bucket.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "one_bucket.h"

namespace weir::aggregate {
namespace {

TEST(Bucket, OfARuleWithoutListsIsItsHeaderItsSumsAndTheirStates) {
  Settings settings = rule_by({"SourceUserName"});
  settings.sum = ids({"BytesIn", "BytesOut"});
  EXPECT_EQ(Rule(settings, 0).key_offset(), 56U + 2 * 9U);
  EXPECT_FALSE(Rule(settings, 0).has_lists());
}

TEST(Bucket, KeepsIdenticalValuesOfEveryType) {
  const std::int64_t numbers[] = {1, 2};
  const std::vector<TextRef> names{ref("a"), ref("b")};
  OneBucket bucket(rule_by({"SourceUserName", "SourcePort", "SourceLatitude", "SA.names",
                            "NA.numbers", "DeviceLatitude"}));
  bucket.feed({{"SourceUserName", text("x")},
               {"SourcePort", number(70'000)},
               {"SourceLatitude", floating(2)},
               {"SA.names", texts(names)},
               {"NA.numbers", Value::array(Kind::integer_array, numbers, 2)}});
  EXPECT_EQ(bucket.member("SourceUserName"), "\"x\"");
  EXPECT_EQ(bucket.member("SourcePort"), "70000");
  EXPECT_EQ(bucket.member("SourceLatitude"), "2.0");
  EXPECT_EQ(bucket.member("SA.names"), "[\"a\",\"b\"]");
  EXPECT_EQ(bucket.member("NA.numbers"), "[1,2]");
  EXPECT_EQ(bucket.member("DeviceLatitude"), "absent");
}

TEST(Bucket, AddsTheElementsOfArraysToUniqueLists) {
  Settings settings = rule_by({"SourceUserName"});
  settings.unique = ids({"SA.names", "FA.rates"});
  OneBucket bucket(settings);
  const std::vector<TextRef> first{ref("b"), ref(""), ref("a"), ref("b")},
      second{ref("c"), ref("a")};
  const double rates[] = {1, 0.5, 1, -0.0, 0.0};
  bucket.feed(
      {{"SA.names", texts(first)}, {"FA.rates", Value::array(Kind::float_array, rates, 5)}});
  bucket.feed({{"SA.names", texts(second)}});
  EXPECT_EQ(bucket.member("SA.names"), R"(["b","a","c"])");
  EXPECT_EQ(bucket.member("FA.rates"), "[1.0,0.5,0.0]");
}

TEST(Bucket, WritesUniqueValuesAsTextIfAsked) {
  Settings settings = rule_by({"SourceUserName"});
  settings.unique = ids({"SourcePort", "DeviceAction", "SourceLatitude"});
  settings.unique_as = UniqueAs::text;
  OneBucket bucket(settings);
  for (const std::int64_t port : {443, -1, 443, 80})
    bucket.feed({{"SourcePort", number(port)},
                 {"DeviceAction", text("allow")},
                 {"SourceLatitude", floating(static_cast<double>(port) / 4)}});
  EXPECT_EQ(bucket.member("SourcePort"), "\"443,-1,80\"");
  EXPECT_EQ(bucket.member("DeviceAction"), "\"allow\"");
  EXPECT_EQ(bucket.member("SourceLatitude"), "\"110.75,-0.25,20\"");
}

TEST(Bucket, CutsAUniqueListAtTheRulesLimitAndCountsIt) {
  Settings settings = rule_by({"SourceUserName"});
  settings.unique = ids({"SourcePort"});
  settings.unique_limit = 2;
  OneBucket bucket(settings);
  for (const std::int64_t port : {1, 2, 3, 1, 4}) bucket.feed({{"SourcePort", number(port)}});
  EXPECT_EQ(bucket.member("SourcePort"), "[1,2]");
  EXPECT_EQ(bucket.shortfalls.uniques_cut, 2U);
  EXPECT_EQ(bucket.member("BaseEventCount"), "5");
}

TEST(Bucket, OfManyElementsTakesNoMoreThanIsKept) {
  Settings settings = rule_by({"SourceUserName"});
  settings.unique = ids({"NA.many"});
  OneBucket bucket(settings);
  std::vector<std::int64_t> many(500'000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<std::int64_t>(i) << 20;
  bucket.feed({{"NA.many", Value::array(Kind::integer_array, many.data(), 500'000)}});
  EXPECT_EQ(bucket.shortfalls.uniques_cut, 499'000U);
  EXPECT_LE(bucket.list_bytes(), 100'000U);
}

// ---- Types as fed

TEST(Bucket, OfAnOpenSchemaMakesOneKeyAndOneUniqueValueOfEqualNumbers) {
  Settings settings = rule_by({"user"}, Schema::open);
  settings.unique = ids({"port"}, Schema::open);
  OneBucket bucket(settings);
  bucket.feed({{"user", floating(1)}, {"port", number(1)}});
  bucket.feed({{"user", floating(1)}, {"port", floating(1)}});
  bucket.feed({{"user", floating(1)}, {"port", floating(2)}});
  EXPECT_EQ(bucket.member("user"), "1");
  EXPECT_EQ(bucket.member("port"), "[1,2]");
}

TEST(Bucket, OfAnOpenSchemaGivesMixedUniqueValuesAsTexts) {
  Settings settings = rule_by({"user"}, Schema::open);
  settings.unique = ids({"numbers", "mixed", "truths"}, Schema::open);
  OneBucket bucket(settings);
  bucket.feed({{"numbers", number(1)}, {"mixed", number(1)}, {"truths", boolean(true)}});
  bucket.feed({{"numbers", floating(0.5)}, {"mixed", text("1")}, {"truths", boolean(false)}});
  bucket.feed({{"mixed", boolean(true)}, {"truths", boolean(true)}});
  EXPECT_EQ(bucket.member("numbers"), "[1.0,0.5]");
  EXPECT_EQ(bucket.member("mixed"), R"(["1","1","true"])");
  EXPECT_EQ(bucket.member("truths"), R"(["true","false"])");
}

TEST(Bucket, OfAnOpenSchemaSumsNumbersAsFedAndNoTexts) {
  Settings settings = rule_by({"user"}, Schema::open);
  settings.sum = ids({"bytes", "rate", "BytesIn"}, Schema::open);
  OneBucket bucket(settings);
  bucket.feed({{"bytes", number(1)}, {"rate", number(1)}, {"BytesIn", text("5")}});
  bucket.feed({{"bytes", text("40")}, {"rate", floating(0.5)}, {"BytesIn", number(2)}});
  bucket.feed({{"bytes", number(2)}, {"rate", number(1)}, {"BytesIn", boolean(true)}});
  EXPECT_EQ(bucket.member("bytes"), "3");
  EXPECT_EQ(bucket.member("rate"), "2.5");
  EXPECT_EQ(bucket.member("BytesIn"), "2");
  EXPECT_EQ(bucket.shortfalls.sums_skipped, 3U);
}

TEST(Bucket, OfAnOpenSchemaThatJoinsLetsTheFirstValueDecide) {
  Settings settings = rule_by({"user"}, Schema::open);
  settings.sum = ids({"a", "b"}, Schema::open);
  settings.sum_strings = SumStrings::join;
  OneBucket bucket(settings);
  bucket.feed({{"a", text("x")}, {"b", number(1)}});
  bucket.feed({{"a", number(1)}, {"b", text("x")}});
  bucket.feed({{"a", text("y")}, {"b", number(2)}});
  EXPECT_EQ(bucket.member("a"), "\"x,y\"");
  EXPECT_EQ(bucket.member("b"), "3");
  EXPECT_EQ(bucket.shortfalls.sums_skipped, 2U);
}

// ---- The event

TEST(AggregatedEvent, HasItsMembersInTheRulesOrder) {
  Settings settings = rule_by({"SourceUserName"});
  settings.unique = ids({"SourcePort"});
  settings.sum = ids({"BytesOut", "BytesIn"});
  settings.statistics = {{field_id("BytesIn"), Function::max, field_id("DeviceCustomNumber1")}};
  settings.other_fields = OtherFields::first;
  settings.output_reason = true;
  OneBucket bucket(settings);
  bucket.feed({{"SourceUserName", text("u")},
               {"SourcePort", number(1)},
               {"BytesIn", number(2)},
               {"BytesOut", number(3)},
               {"DeviceVendor", text("v")},
               {"Timestamp", number(5)}});
  std::vector<std::string> names;
  for (const auto& [name, value] : bucket.members()) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"SourceUserName", "SourcePort", "BytesOut", "BytesIn",
                                             "DeviceCustomNumber1", "Type", "ID",
                                             "AggregationRuleID", "AggregationRuleName",
                                             "TenantName", "BaseEventCount", "StartTime", "EndTime",
                                             "Timestamp", "S.CloseReason", "DeviceVendor"}));
}

TEST(AggregatedEvent, SaysWhyItsBucketClosed) {
  Settings settings = rule_by({"SourceUserName"});
  settings.output_reason = true;
  OneBucket bucket(settings);
  bucket.feed({{"SourceUserName", text("u")}});
  for (const auto& [reason, name] :
       {std::pair{Reason::count, "count"}, std::pair{Reason::lifetime, "lifetime"},
        std::pair{Reason::flush, "flush"}, std::pair{Reason::evicted, "evicted"},
        std::pair{Reason::reload, "reload"}}) {
    const auto last = bucket.members(reason).back();
    EXPECT_EQ(last.first, "S.CloseReason");
    EXPECT_EQ(last.second, std::string("\"").append(name).append("\""));
  }
}

}  // namespace
}  // namespace weir::aggregate
