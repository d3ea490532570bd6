// `other_fields`: what an aggregated event has of the fields that no list names.

#include "aggregate/other_fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <random>
#include <string>

#include "one_bucket.h"

namespace weir::aggregate {
namespace {

Settings keeping(OtherFields which) {
  Settings settings = rule_by({"SourceUserName"});
  settings.other_fields = which;
  return settings;
}

TEST(OtherFields, AreTheFirstValuesThatCame) {
  OneBucket bucket(keeping(OtherFields::first));
  bucket.feed({{"SourceUserName", text("u")}, {"DeviceVendor", text("a")}});
  bucket.feed({{"DeviceVendor", text("b")}, {"BytesIn", number(1)}});
  bucket.feed({{"BytesIn", number(2)}});
  EXPECT_EQ(bucket.member("DeviceVendor"), "\"a\"");
  EXPECT_EQ(bucket.member("BytesIn"), "1");
}

TEST(OtherFields, AreTheLastValuesThatCame) {
  OneBucket bucket(keeping(OtherFields::last));
  bucket.feed({{"DeviceVendor", text("a")}, {"BytesIn", number(1)}});
  bucket.feed({{"DeviceVendor", text(std::string(500, 'b'))}, {"DeviceProduct", text("p")}});
  bucket.feed({{"DeviceVendor", text("c")}});
  EXPECT_EQ(bucket.member("DeviceVendor"), "\"c\"");
  EXPECT_EQ(bucket.member("BytesIn"), "1");
  EXPECT_EQ(bucket.member("DeviceProduct"), "\"p\"");
}

TEST(OtherFields, AreThoseThatEveryEventHadAndHadAlike) {
  OneBucket bucket(keeping(OtherFields::common));
  const double rates[] = {1, 2};
  const Value array = Value::array(Kind::float_array, rates, 2);
  bucket.feed({{"DeviceVendor", text("a")}, {"BytesIn", number(1)}, {"FA.rates", array}});
  EXPECT_EQ(bucket.member("BytesIn"), "1");
  bucket.feed({{"DeviceVendor", text("a")}, {"FA.rates", array}, {"DeviceProduct", text("p")}});
  bucket.feed({{"DeviceVendor", text("a")}, {"BytesIn", number(1)}, {"FA.rates", array}});
  EXPECT_EQ(bucket.member("DeviceVendor"), "\"a\"");
  EXPECT_EQ(bucket.member("FA.rates"), "[1.0,2.0]");
  EXPECT_EQ(bucket.member("BytesIn"), "absent");
  EXPECT_EQ(bucket.member("DeviceProduct"), "absent");
}

TEST(OtherFields, AreNoneThatTheRuleOrWeirWrites) {
  Settings settings = keeping(OtherFields::first);
  settings.unique = ids({"SourcePort"});
  settings.sum = ids({"BytesIn"});
  settings.statistics = {{field_id("BytesIn"), Function::max, field_id("N.max")}};
  settings.output_reason = true;
  field_id("Extra.key");
  open_field_id("not_of_the_schema");
  const Rule rule(settings, 0);
  for (const char* name : {"SourceUserName", "SourcePort", "BytesIn", "N.max", "S.CloseReason",
                           "ID", "Type", "Timestamp", "StartTime", "EndTime", "BaseEventCount",
                           "AggregationRuleID", "AggregationRuleName", "TenantName", "TI", "Raw",
                           "Extra", "Extra.key", "not_of_the_schema"}) {
    FieldId id = 0;
    ASSERT_TRUE(find_field(name, id)) << name;
    EXPECT_EQ(std::count(rule.others().begin(), rule.others().end(), id), 0) << name;
  }
  for (const char* name : {"BytesOut", "DeviceVendor", "DeviceReceiptTime"}) {
    FieldId id = 0;
    ASSERT_TRUE(find_field(name, id)) << name;
    EXPECT_EQ(std::count(rule.others().begin(), rule.others().end(), id), 1) << name;
  }
}

TEST(OtherFields, OfAnOpenSchemaHaveAnyName) {
  Settings settings = rule_by({"user"}, Schema::open);
  settings.other_fields = OtherFields::common;
  open_field_id("anything");
  OneBucket bucket(settings);
  bucket.feed({{"anything", number(1)}});
  bucket.feed({{"anything", floating(1)}});
  EXPECT_EQ(bucket.member("anything"), "1");
  bucket.feed({{"anything", boolean(true)}});
  EXPECT_EQ(bucket.member("anything"), "absent");
}

// Values of every kind, whose memory lives as long as the test.
class Values {
 public:
  explicit Values(std::uint64_t seed) : random(seed) {}
  Value any() {
    switch (random() % 6) {
      case 0:
        return number(static_cast<std::int64_t>(random() % 3));
      case 1:
        return floating(static_cast<double>(random() % 3) + 0.5);
      case 2: {
        auto& words = arrays_.emplace_back(1 + random() % 4);
        for (std::int64_t& word : words) word = static_cast<std::int64_t>(random() % 2);
        return Value::array(Kind::integer_array, words.data(),
                            static_cast<std::uint32_t>(words.size()));
      }
      case 3: {
        auto& refs = lists_.emplace_back();
        for (std::size_t n = 1 + random() % 3; n > 0; --n) {
          const std::string& element = short_text();
          refs.push_back({element.data(), element.size()});
        }
        return Value::array(Kind::text_array, refs.data(), static_cast<std::uint32_t>(refs.size()));
      }
      default:
        return text(short_text());
    }
  }

  std::mt19937_64 random;

 private:
  const std::string& short_text() {
    return texts_.emplace_back(1 + random() % (random() % 8 == 0 ? 200 : 3), 'a');
  }
  std::deque<std::string> texts_;
  std::deque<std::vector<std::int64_t>> arrays_;
  std::deque<std::vector<TextRef>> lists_;
};

using Shown = std::map<std::string, std::string>;

void expect(Shown& shown, OtherFields which, const Shown& event, bool opening) {
  if (which == OtherFields::common && !opening)
    std::erase_if(shown, [&](const auto& member) {
      const auto found = event.find(member.first);
      return found == event.end() || found->second != member.second;
    });
  else
    for (const auto& [name, value] : event)
      which == OtherFields::last ? (void)(shown[name] = value) : (void)shown.emplace(name, value);
}

TEST(OtherFields, AgreeWithAMapOnRandomEvents) {
  constexpr std::array names{"DeviceVendor", "DeviceProduct", "BytesIn",       "BytesOut",
                             "SourceCity",   "S.more",        "SA.tags",       "Name",
                             "Message",      "FlexNumber1",   "DeviceTimeZone"};
  for (const char* name : names) field_id(name);
  for (const OtherFields which : {OtherFields::first, OtherFields::last, OtherFields::common})
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      Values values(seed);
      OneBucket bucket(keeping(which));
      Shown expected;
      for (std::size_t n = 0; n < 30; ++n) {
        Event event;
        Shown described;
        for (const char* name : names) {
          // Common values are rare unless most events have the same.
          if (values.random() % 20 == 0 || (which != OtherFields::common && values.random() % 2))
            continue;
          const bool usual = which == OtherFields::common && values.random() % 50 != 0;
          event[name] = usual ? number(7) : values.any();
          described[name] = shown(event[name]);
        }
        bucket.feed(event);
        expect(expected, which, described, n == 0);
        Shown now;
        for (const auto& [name, value] : bucket.members())
          if (std::find(names.begin(), names.end(), name) != names.end()) now[name] = value;
        ASSERT_EQ(now, expected) << "seed " << seed << ", event " << n;
      }
    }
}

TEST(OtherFields, OfLastDoNotGrowForEver) {
  OneBucket bucket(keeping(OtherFields::last));
  std::size_t most = 0;
  for (int i = 0; i < 20'000; ++i) {
    bucket.feed(
        {{"DeviceVendor", text(std::string(static_cast<std::size_t>(1 + i % 400), 'x'))},
         {"DeviceProduct", text(std::string(static_cast<std::size_t>(400 - i % 400), 'x'))}});
    most = std::max(most, bucket.list_bytes());
  }
  EXPECT_LE(most, 6000U);
}

}  // namespace
}  // namespace weir::aggregate
