// min, max, avg, first, last and distinct.

#include "aggregate/statistic.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "one_bucket.h"

namespace weir::aggregate {
namespace {

Settings with(Function function, const char* field, const char* into,
              Schema schema = Schema::kuma) {
  Settings settings = rule_by({"SourceUserName"});
  settings.schema = schema;
  settings.statistics = {{ids({field}, schema)[0], function, ids({into}, schema)[0]}};
  return settings;
}

// The result after values have come in one event each; absent ones too.
std::string result(Function function, const char* field, const char* into,
                   const std::vector<Value>& values, Schema schema = Schema::kuma) {
  OneBucket bucket(with(function, field, into, schema));
  for (const Value& value : values) bucket.feed({{field, value}});
  return bucket.member(into);
}

TEST(Statistic, FindsTheSmallestAndTheLargestNumber) {
  const std::vector<Value> values{number(5), {}, number(-2), number(9), number(3)};
  EXPECT_EQ(result(Function::min, "BytesIn", "N.min", values), "-2");
  EXPECT_EQ(result(Function::max, "BytesIn", "N.max", values), "9");
  const std::vector<Value> floats{floating(2.5), floating(-0.5), floating(1)};
  EXPECT_EQ(result(Function::min, "SourceLatitude", "F.min", floats), "-0.5");
  EXPECT_EQ(result(Function::max, "SourceLatitude", "F.max", floats), "2.5");
}

TEST(Statistic, TellsIntegersApartThatNoDoubleDoes) {
  const std::int64_t large = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(result(Function::max, "BytesIn", "N.max", {number(large - 1), number(large)}),
            std::to_string(large));
}

TEST(Statistic, AveragesNumbers) {
  EXPECT_EQ(result(Function::avg, "BytesIn", "F.avg", {number(1), {}, number(2)}), "1.5");
  EXPECT_EQ(result(Function::avg, "BytesIn", "F.avg", {number(4)}), "4.0");
}

TEST(Statistic, OfATextFieldGoesByCodePoint) {
  const std::vector<Value> values{text("b"), text("10"),       {},
                                  text("9"), text("\xd0\xb0"), text("ba")};
  EXPECT_EQ(result(Function::min, "DeviceCustomString1", "S.min", values), "\"10\"");
  EXPECT_EQ(result(Function::max, "DeviceCustomString1", "S.max", values), "\"\xd0\xb0\"");
}

TEST(Statistic, OfAnOpenSchemaTakesNumbersBeforeTexts) {
  const std::vector<Value> values{text("9"), number(10), floating(2.5), text("a"), boolean(true)};
  EXPECT_EQ(result(Function::min, "size", "least", values, Schema::open), "2.5");
  EXPECT_EQ(result(Function::max, "size", "most", values, Schema::open), "\"a\"");
  OneBucket bucket(with(Function::avg, "size", "mean", Schema::open));
  for (const Value& value : values) bucket.feed({{"size", value}});
  EXPECT_EQ(bucket.member("mean"), "6.25");
  EXPECT_EQ(bucket.shortfalls.sums_skipped, 3U) << "two texts and a truth value";
  EXPECT_EQ(result(Function::first, "size", "first", values, Schema::open), "\"9\"");
  EXPECT_EQ(result(Function::last, "size", "last", values, Schema::open), "true");
  EXPECT_EQ(result(Function::distinct, "size", "count", values, Schema::open), "5");
}

TEST(Statistic, KeepsTheFirstAndTheLastValueThatCame) {
  const std::string longer(300, 'x');
  const std::vector<Value> values{{}, text("a"), text(longer), text("b"), {}};
  EXPECT_EQ(result(Function::first, "DeviceAction", "S.first", values), "\"a\"");
  EXPECT_EQ(result(Function::last, "DeviceAction", "S.last", values), "\"b\"");
  const std::int64_t numbers[] = {1, 2, 3};
  EXPECT_EQ(result(Function::last, "NA.n", "NA.last",
                   {Value::array(Kind::integer_array, numbers, 1),
                    Value::array(Kind::integer_array, numbers, 3)}),
            "[1,2,3]");
}

TEST(Statistic, CountsDistinctValues) {
  std::vector<Value> values;
  for (std::int64_t i = 0; i < 3000; ++i) values.push_back(number(i % 1200));
  EXPECT_EQ(result(Function::distinct, "SourcePort", "N.ports", values), "1200");
}

TEST(Statistic, CountsDistinctValuesUpToItsLimitAndCountsWhatIsBeyond) {
  std::vector<std::int64_t> many(max_distinct + 3);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<std::int64_t>(i);
  OneBucket bucket(with(Function::distinct, "NA.many", "N.count"));
  bucket.feed({{"NA.many", Value::array(Kind::integer_array, many.data(),
                                        static_cast<std::uint32_t>(many.size()))}});
  EXPECT_EQ(bucket.member("N.count"), std::to_string(max_distinct));
  EXPECT_EQ(bucket.shortfalls.uniques_cut, 3U);
}

TEST(Statistic, GoesInTheTypeOfItsField) {
  EXPECT_EQ(result(Function::max, "BytesIn", "F.max", {number(3)}), "3.0");
  EXPECT_EQ(result(Function::max, "BytesIn", "S.max", {number(3)}), "\"3\"");
  EXPECT_EQ(result(Function::avg, "BytesIn", "N.avg", {number(3), number(5)}), "4");
  EXPECT_EQ(result(Function::avg, "BytesIn", "N.avg", {number(3), number(4)}), "absent");
}

TEST(Statistic, OfNoValueIsAbsent) {
  for (const Function function : {Function::min, Function::max, Function::avg, Function::first,
                                  Function::last, Function::distinct})
    EXPECT_EQ(result(function, "BytesIn", "N.none", {{}, {}}), "absent");
}

}  // namespace
}  // namespace weir::aggregate
