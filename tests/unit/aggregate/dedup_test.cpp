// `unique_mode: dedup`: events whose combination of unique values was met are refused.

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <tuple>

#include "one_bucket.h"

namespace weir::aggregate {
namespace {

Settings deduplicating(std::uint32_t limit = 1000) {
  Settings settings = rule_by({"SourceUserName"});
  settings.unique = ids({"DeviceAction", "SourcePort"});
  settings.unique_mode = UniqueMode::dedup;
  settings.unique_limit = limit;
  return settings;
}

TEST(Dedup, RefusesACombinationThatWasMet) {
  OneBucket bucket(deduplicating());
  EXPECT_EQ(bucket.feed({{"DeviceAction", text("a")}, {"SourcePort", number(1)}}),
            Admission::admitted);
  EXPECT_EQ(bucket.feed({{"DeviceAction", text("a")}, {"SourcePort", number(1)}}), Admission::met);
  EXPECT_EQ(bucket.feed({{"DeviceAction", text("a")}, {"SourcePort", number(2)}}),
            Admission::admitted);
  EXPECT_EQ(bucket.feed({{"DeviceAction", text("b")}, {"SourcePort", number(1)}}),
            Admission::admitted);
  EXPECT_EQ(bucket.member("BaseEventCount"), "3");
  EXPECT_EQ(bucket.member("DeviceAction"), R"(["a","b"])");
  EXPECT_EQ(bucket.member("SourcePort"), "[1,2]");
}

TEST(Dedup, TakesAnAbsentFieldForAValue) {
  OneBucket bucket(deduplicating());
  EXPECT_EQ(bucket.feed({{"SourcePort", number(1)}}), Admission::admitted);
  EXPECT_EQ(bucket.feed({{"SourcePort", number(1)}}), Admission::met);
  EXPECT_EQ(bucket.feed({}), Admission::admitted);
  EXPECT_EQ(bucket.feed({}), Admission::met);
}

TEST(Dedup, RefusesAndCountsWhatIsNewBeyondTheLimit) {
  OneBucket bucket(deduplicating(2));
  EXPECT_EQ(bucket.feed({{"SourcePort", number(1)}}), Admission::admitted);
  EXPECT_EQ(bucket.feed({{"SourcePort", number(2)}}), Admission::admitted);
  EXPECT_EQ(bucket.feed({{"SourcePort", number(3)}}), Admission::full);
  EXPECT_EQ(bucket.feed({{"SourcePort", number(2)}}), Admission::met);
  EXPECT_EQ(bucket.shortfalls.uniques_cut, 1U);
}

TEST(Dedup, ComparesArraysWhole) {
  Settings settings = rule_by({"SourceUserName"});
  settings.unique = ids({"NA.numbers"});
  settings.unique_mode = UniqueMode::dedup;
  OneBucket bucket(settings);
  const std::int64_t numbers[] = {1, 2, 1};
  const auto first = [&](std::uint32_t from, std::uint32_t count) {
    return bucket.feed({{"NA.numbers", Value::array(Kind::integer_array, numbers + from, count)}});
  };
  EXPECT_EQ(first(0, 2), Admission::admitted);
  EXPECT_EQ(first(1, 2), Admission::admitted);
  EXPECT_EQ(first(0, 1), Admission::admitted);
  EXPECT_EQ(first(2, 1), Admission::met);
  EXPECT_EQ(bucket.member("NA.numbers"), "[1,2]");
}

TEST(Dedup, AgreesWithASetOnRandomCombinations) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 20; ++round) {
    OneBucket bucket(deduplicating(400));
    std::set<std::tuple<std::string, std::int64_t>> met;
    for (int i = 0; i < 2000; ++i) {
      const std::string action(random() % 30 == 0 ? 300 : random() % 20, 'a');
      const auto port = static_cast<std::int64_t>(random() % 30);
      const auto expected = met.contains({action, port}) ? Admission::met
                            : met.size() == 400          ? Admission::full
                                                         : Admission::admitted;
      if (expected == Admission::admitted) met.emplace(action, port);
      ASSERT_EQ(bucket.feed({{"DeviceAction", text(action)}, {"SourcePort", number(port)}}),
                expected);
    }
  }
}

}  // namespace
}  // namespace weir::aggregate
