// The model itself, on examples small enough to be judged by eye.

#include "model.h"

#include <gtest/gtest.h>

namespace {

using model::Document;
using model::Engine;
using model::Fields;
using model::Rule;
using model::Texts;
using model::Value;

constexpr std::int64_t start = 1'000'000'000'000;

Value n(std::int64_t number) { return number; }
Value s(const char* text) { return std::string(text); }

Rule by_source() {
  Rule rule;
  rule.name = "r";
  rule.id = "11111111-1111-4111-8111-111111111111";
  rule.identical = {"SourceAddress"};
  return rule;
}

// The members of each output that the library does not make itself, and the reasons before them.
std::vector<std::string> shown(const Engine& engine) {
  std::vector<std::string> all;
  for (const model::Output& output : engine.outputs) {
    std::string text = output.text;
    if (const auto from = text.find(",\"Type\":2"); from != std::string::npos) {
      const auto count = text.find("\"BaseEventCount\":"), times = text.find(",\"StartTime\"");
      const auto rest = text.find_first_of(",}", text.find("\"Timestamp\":"));
      text = text.substr(0, from) + " x" + text.substr(count + 17, times - count - 17) +
             text.substr(rest);
    }
    all.push_back(output.reason + " " + text);
  }
  return all;
}

using Shown = std::vector<std::string>;

Shown run(const Document& document, const std::vector<Fields>& events) {
  Engine engine(document, {});
  engine.feed(events, start);
  engine.flush();
  return shown(engine);
}

Document of(Rule rule) {
  Document document;
  document.rules = {std::move(rule)};
  return document;
}

Fields from(const char* source, const char* action) {
  return {{"SourceAddress", s(source)}, {"DeviceAction", s(action)}};
}

TEST(TheModel, ClosesAtTheThresholdAndFlushesTheRest) {
  Rule rule = by_source();
  rule.threshold = 2;
  EXPECT_EQ(run(of(rule), {from("a", "x"), from("b", "x"), from("a", "y"), {{"Name", s("z")}}}),
            (Shown{"count {\"SourceAddress\":\"a\" x2}", "base {\"Name\":\"z\"}",
                   "flush {\"SourceAddress\":\"b\" x1}"}));
}

TEST(TheModel, RefusesACombinationThatWasMet) {
  Rule rule = by_source();
  rule.unique = {"DeviceAction"};
  rule.dedup = true;
  EXPECT_EQ(run(of(rule), {from("a", "x"), from("a", "x"), from("a", "y")}),
            (Shown{"base {\"SourceAddress\":\"a\",\"DeviceAction\":\"x\"}",
                   "flush {\"SourceAddress\":\"a\",\"DeviceAction\":[\"x\",\"y\"] x2}"}));
  rule.unique_limit = 1;
  EXPECT_EQ(run(of(rule), {from("a", "x"), from("a", "y")}),
            (Shown{"base {\"SourceAddress\":\"a\",\"DeviceAction\":\"y\"}",
                   "flush {\"SourceAddress\":\"a\",\"DeviceAction\":[\"x\"] x1}"}));
}

TEST(TheModel, GivesWhatARuleRefusesToTheNext) {
  Document document = of(by_source());
  document.rules[0].unique = {"DeviceAction"};
  document.rules[0].dedup = true;
  document.rules.push_back(by_source());
  EXPECT_EQ(run(document, {from("a", "x"), from("a", "x")}),
            (Shown{"flush {\"SourceAddress\":\"a\",\"DeviceAction\":[\"x\"] x1}",
                   "flush {\"SourceAddress\":\"a\" x1}"}));
}

TEST(TheModel, CutsListsAndJoinsThem) {
  Rule rule = by_source();
  rule.unique = {"DeviceAction"};
  rule.unique_limit = 2;
  rule.unique_as_text = true;
  EXPECT_EQ(run(of(rule), {from("a", "y"), from("a", "x"), from("a", "y"), from("a", "z")}),
            (Shown{"flush {\"SourceAddress\":\"a\",\"DeviceAction\":\"y,x\" x4}"}));
}

TEST(TheModel, KeepsOtherFieldsEachByItself) {
  Rule rule = by_source();
  const std::vector<Fields> events = {
      {{"SourceAddress", s("a")}, {"Name", s("1")}, {"Message", s("m")}},
      {{"SourceAddress", s("a")}, {"Name", s("2")}, {"DeviceVendor", s("v")}, {"Message", s("m")}}};
  rule.other_fields = "first";
  EXPECT_EQ(run(of(rule), events),
            (Shown{"flush {\"SourceAddress\":\"a\" x2,\"DeviceVendor\":\"v\","
                   "\"Message\":\"m\",\"Name\":\"1\"}"}));
  rule.other_fields = "last";
  EXPECT_EQ(run(of(rule), events),
            (Shown{"flush {\"SourceAddress\":\"a\" x2,\"DeviceVendor\":\"v\","
                   "\"Message\":\"m\",\"Name\":\"2\"}"}));
  rule.other_fields = "common";
  EXPECT_EQ(run(of(rule), events), (Shown{"flush {\"SourceAddress\":\"a\" x2,\"Message\":\"m\"}"}));
}

TEST(TheModel, PassesALoneEventWhenItsBucketCloses) {
  Rule rule = by_source();
  rule.pass_single = true;
  rule.threshold = 2;
  EXPECT_EQ(run(of(rule), {from("a", "x"), from("b", "x"), from("b", "y")}),
            (Shown{"count {\"SourceAddress\":\"b\" x2}",
                   "base {\"SourceAddress\":\"a\",\"DeviceAction\":\"x\"}"}));
  rule.threshold = 1;
  EXPECT_EQ(run(of(rule), {from("a", "x")}),
            (Shown{"base {\"SourceAddress\":\"a\",\"DeviceAction\":\"x\"}"}));
}

TEST(TheModel, WorksOutStatistics) {
  Rule rule = by_source();
  for (const char* function : {"min", "max", "first", "last", "distinct"})
    rule.statistics.push_back({"BytesOut", function, std::string("N.") + function});
  rule.statistics.push_back({"BytesOut", "avg", "F.avg"});
  rule.statistics.push_back({"BytesIn", "max", "N.none"});
  const auto sized = [](std::int64_t size) {
    return Fields{{"SourceAddress", s("a")}, {"BytesOut", n(size)}};
  };
  EXPECT_EQ(run(of(rule), {sized(4), sized(-2), sized(9), sized(-2)}),
            (Shown{"flush {\"SourceAddress\":\"a\",\"N.min\":-2,\"N.max\":9,\"N.first\":4,"
                   "\"N.last\":-2,\"N.distinct\":3,\"F.avg\":2.25 x4}"}));
}

TEST(TheModel, WritesTheReason) {
  Rule rule = by_source();
  rule.output_reason = true;
  EXPECT_EQ(run(of(rule), {from("a", "x")}),
            (Shown{"flush {\"SourceAddress\":\"a\" x1,\"S.CloseReason\":\"flush\"}"}));
}

TEST(TheModel, GivesAnEventToEveryRule) {
  Document document = of(by_source());
  document.rules[0].threshold = 1;
  document.rules.push_back(by_source());
  document.rules[1].identical = {"DeviceAction"};
  document.rules[1].threshold = 1;
  document.match_all = true;
  EXPECT_EQ(run(document, {from("a", "x")}),
            (Shown{"count {\"SourceAddress\":\"a\" x1}", "count {\"DeviceAction\":\"x\" x1}"}));
}

TEST(TheModel, ComparesWholeArraysAndListsTheirElements) {
  Rule rule = by_source();
  rule.identical = {"SA.Tags"};
  rule.unique = {"NA.Codes"};
  const auto tagged = [](Texts tags, model::Integers codes) {
    return Fields{{"SA.Tags", std::move(tags)}, {"NA.Codes", std::move(codes)}};
  };
  EXPECT_EQ(
      run(of(rule), {tagged({"a", "b"}, {1, 2}), tagged({"ab"}, {3}), tagged({"a", "b"}, {2, 3})}),
      (Shown{"flush {\"SA.Tags\":[\"a\",\"b\"],\"NA.Codes\":[1,2,3] x2}",
             "flush {\"SA.Tags\":[\"ab\"],\"NA.Codes\":[3] x1}"}));
}

TEST(TheModel, TakesValuesOfAnOpenSchemaAsTheyAreFed) {
  Rule rule = by_source();
  rule.identical = {"src"};
  rule.sums = {"size"};
  Document document = of(rule);
  document.open = true;
  const auto sized = [](Value source, Value size) {
    return Fields{{"src", std::move(source)}, {"size", std::move(size)}};
  };
  EXPECT_EQ(
      run(document, {sized(n(1), n(2)), sized(1.0, 0.5), sized(s("1"), s("7")), sized(true, n(3)),
                     sized(s("true"), n(4))}),
      (Shown{"flush {\"src\":1,\"size\":2.5 x2}", "flush {\"src\":\"1\" x1}",
             "flush {\"src\":true,\"size\":3 x1}", "flush {\"src\":\"true\",\"size\":4 x1}"}));
}

TEST(TheModel, EvictsTheOldestBetweenChunks) {
  Document document = of(by_source());
  document.max_groups = 2;
  Engine engine(document, {});
  const std::vector<Fields> events = {from("c", ""), from("a", ""), from("b", ""), from("d", "")};
  engine.feed(events, start);
  EXPECT_EQ(shown(engine), (Shown{"evicted {\"SourceAddress\":\"c\" x1}",
                                  "evicted {\"SourceAddress\":\"a\" x1}"}));
}

TEST(TheModel, EvictsByTheBoundsOfRulesBeforeTheEngines) {
  Document document = of(by_source());
  document.rules.push_back(by_source());
  document.rules[1].identical = {"DeviceAction"};
  document.rules[1].max_groups = 1;
  document.max_groups = 2;
  Engine engine(document, {});
  const Fields second = {{"DeviceAction", s("x")}}, third = {{"DeviceAction", s("y")}};
  engine.feed(std::vector<Fields>{from("a", ""), second, third, from("b", "")}, start);
  EXPECT_EQ(shown(engine),
            (Shown{"evicted {\"DeviceAction\":\"x\" x1}", "evicted {\"SourceAddress\":\"a\" x1}"}));
}

TEST(TheModel, ClosesWhatIsDueBeforeTheEventThatIsLate) {
  Document document = of(by_source());
  Engine engine(document, {.event_clock = true});
  const auto at = [](std::int64_t millis) {
    return Fields{{"SourceAddress", s("a")}, {"Timestamp", n(millis)}};
  };
  engine.feed(std::vector<Fields>{at(1000), at(60'999), at(61'000)}, 0);
  EXPECT_EQ(shown(engine), (Shown{"lifetime {\"SourceAddress\":\"a\" x2}"}));
}

}  // namespace
