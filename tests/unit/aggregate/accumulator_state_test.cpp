// What a snapshot may say of sums, statistics, lists, other fields and the event of a bucket.

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "one_rule.h"

namespace weir::aggregate {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

Settings by_user() { return rule_by({"SourceUserName"}); }

// Whether a bucket loads that has the value alone behind its head.
bool takes(OneRule& one, const Value& value) {
  return one.loads([&](StateWriter& out) { out.value(value); });
}

TEST(AccumulatorState, OfASumIsANumberOrATextThatIsJoined) {
  Settings settings = by_user();
  settings.sum = ids({"BytesIn"});
  OneRule integers(settings);
  EXPECT_TRUE(takes(integers, {}));
  EXPECT_TRUE(takes(integers, number(-5)));
  EXPECT_FALSE(takes(integers, floating(1.5)));
  EXPECT_FALSE(takes(integers, text("5")));
  settings.sum = ids({"F.sum"});
  OneRule floats(settings);
  EXPECT_TRUE(takes(floats, floating(1.5)));
  EXPECT_FALSE(takes(floats, floating(no_number)));
  EXPECT_FALSE(takes(floats, boolean(true)));
  settings.sum = ids({"DeviceCustomString1"});
  settings.sum_strings = SumStrings::join;
  OneRule texts(settings);
  const std::string longest(64 * 1024, 'x');
  EXPECT_TRUE(takes(texts, text(longest)));
  EXPECT_FALSE(takes(texts, text(longest + "x")));
  EXPECT_FALSE(takes(texts, number(1)));
}

TEST(AccumulatorState, OfAStatisticIsWhatItsFieldCanHave) {
  const auto with = [](const char* field, Function function, const char* into) {
    Settings settings = by_user();
    settings.statistics.push_back({field_id(field), function, field_id(into)});
    return settings;
  };
  OneRule least(with("BytesIn", Function::min, "N.min"));
  EXPECT_TRUE(takes(least, {}));
  EXPECT_TRUE(takes(least, number(3)));
  EXPECT_FALSE(takes(least, floating(3.5)));
  EXPECT_FALSE(takes(least, text("3")));
  OneRule first(with("DeviceAction", Function::first, "S.first"));
  EXPECT_TRUE(takes(first, text("a")));
  EXPECT_FALSE(takes(first, Value::json("{}")));
  EXPECT_FALSE(takes(first, Value{Value::address(""), 0, Kind::text}));
  OneRule mean(with("BytesIn", Function::avg, "F.avg"));
  const auto mean_of = [&](double sum, std::uint64_t count) {
    return mean.loads([&](StateWriter& out) {
      out.number(sum);
      out.number(count);
    });
  };
  EXPECT_TRUE(mean_of(7.5, 3));
  EXPECT_TRUE(mean_of(0, 0));
  EXPECT_FALSE(mean_of(7.5, 4));  // of three events
  EXPECT_FALSE(mean_of(7.5, 0));
  EXPECT_FALSE(mean_of(no_number, 1));
}

bool lists(OneRule& one, const std::vector<Value>& values) {
  return one.loads([&](StateWriter& out) {
    out.number(static_cast<std::uint32_t>(values.size()));
    for (const Value& value : values) out.value(value);
  });
}

TEST(AccumulatorState, OfAListHasEachValueOnceAndNotTooMany) {
  Settings settings = by_user();
  settings.unique = ids({"SourcePort"});
  settings.unique_limit = 2;
  OneRule one(settings);
  EXPECT_TRUE(lists(one, {}));
  EXPECT_TRUE(lists(one, {number(1), number(2)}));
  EXPECT_FALSE(lists(one, {number(1), number(1)}));
  EXPECT_FALSE(lists(one, {number(1), number(2), number(3)}));
  EXPECT_FALSE(lists(one, {text("1")}));
  EXPECT_FALSE(lists(one, {Value{}}));
  const std::int64_t numbers[] = {1, 2};
  EXPECT_FALSE(lists(one, {Value::array(Kind::integer_array, numbers, 2)}));
  settings.unique = ids({"FA.list"});
  OneRule floats(settings);
  EXPECT_TRUE(lists(floats, {floating(1.5), number(2)}));
  EXPECT_FALSE(lists(floats, {floating(no_number)}));
}

TEST(AccumulatorState, OfDedupHasEachCombinationOnceAndNotTooMany) {
  Settings settings = by_user();
  settings.unique = ids({"SourcePort"});
  settings.unique_mode = UniqueMode::dedup;
  settings.unique_limit = 2;
  OneRule one(settings);
  const auto combines = [&](const std::vector<std::string>& combinations) {
    return one.loads([&](StateWriter& out) {
      out.number(std::uint32_t{0});  // the list
      out.number(static_cast<std::uint32_t>(combinations.size()));
      for (const std::string& combination : combinations) {
        out.number(static_cast<std::uint32_t>(combination.size()));
        out.raw(combination);
      }
    });
  };
  const std::string absent(1, '\0'), seven("\1\7\0", 3), eight("\1\10\0", 3);
  EXPECT_TRUE(combines({absent, seven}));
  EXPECT_FALSE(combines({seven, seven}));
  EXPECT_FALSE(combines({absent, seven, eight}));
  EXPECT_FALSE(combines({seven + eight}));  // of two fields
  EXPECT_FALSE(combines({""}));
}

TEST(AccumulatorState, OfOtherFieldsHasEachOnce) {
  Settings settings = by_user();
  settings.other_fields = OtherFields::last;
  OneRule one(settings);
  const auto keeps = [&](const std::vector<std::pair<const char*, Value>>& others) {
    return one.loads([&](StateWriter& out) {
      out.number(static_cast<std::uint32_t>(others.size()));
      for (const auto& [name, value] : others) {
        out.field(field_id(name));
        out.value(value);
      }
    });
  };
  // In the order of the fields, as it is saved.
  EXPECT_TRUE(keeps({{"DestinationPort", number(1)}, {"DeviceAction", text("a")}}));
  EXPECT_FALSE(keeps({{"DeviceAction", text("a")}, {"DeviceAction", text("b")}}));
  EXPECT_FALSE(keeps({{"DeviceAction", {}}}));
  EXPECT_FALSE(keeps({{"DeviceAction", number(1)}}));
}

TEST(AccumulatorState, OfABucketOfOneHasItsEvent) {
  Settings settings = by_user();
  settings.single = Single::pass;
  OneRule one(settings);
  const auto line = [](std::uint8_t form) {
    return [form](StateWriter& out) {
      out.number(form);
      out.number(std::uint64_t{99});
      out.text("{}");
    };
  };
  EXPECT_TRUE(one.loads(line(0), 1));
  EXPECT_FALSE(one.loads(line(2), 1));
  EXPECT_FALSE(one.loads({}, 1));  // it ends too early
  EXPECT_TRUE(one.loads({}, 2));
  const auto fields = [](std::uint64_t count) {
    return [count](StateWriter& out) {
      const weir_field field = field_of(field_id("DeviceAction"), text("a"));
      out.number(std::uint8_t{1});
      out.event({&field, count, 99});
    };
  };
  EXPECT_TRUE(one.loads(fields(1), 1));
  EXPECT_FALSE(one.loads(fields(0), 1));
}

}  // namespace
}  // namespace weir::aggregate
