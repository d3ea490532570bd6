// Late events and what becomes of them.

#include <gtest/gtest.h>

#include "explained.h"
#include "timed.h"

namespace {

using namespace host;

TEST(LateEvents, AreNoneWithoutAnAllowedLateness) {
  Engine engine(event_time("max_future_skew: 1h"));
  Sink sink;
  feed_at(engine, start - 86'400 * second, start, sink);
  EXPECT_EQ(engine.stats().late_events, 0U);
  EXPECT_EQ(engine.stats().taken, 1U);
}

TEST(LateEvents, GoIntoTheOpenBucketByDefault) {
  Engine engine(event_time(late_next));
  Sink sink;
  feed_at(engine, start, start, sink);
  feed_at(engine, start - 60 * second, start + second, sink);
  EXPECT_EQ(engine.stats().late_events, 1U);
  EXPECT_EQ(engine.rule_stats(0).late_events, 1U);
  EXPECT_EQ(engine.rule_stats(0).taken, 2U);
  engine.flush(sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].fields.at("StartTime"), millis(start - 60 * second));
  EXPECT_TRUE(conserves(engine));
}

TEST(LateEvents, PassAllRulesIfToldSo) {
  Engine engine(event_time(late_pass));
  Sink sink(WEIR_FORM_NDJSON);
  const std::string late = line_at(start - 6 * second, R"( "odd" : [1, 2], )");
  engine.feed_lines(line_at(start) + late, start, sink);
  EXPECT_EQ(sink.bytes(), late) << "as it came, byte for byte";
  EXPECT_EQ(engine.stats().late_events, 1U);
  EXPECT_EQ(engine.stats().passed, 1U);
  EXPECT_EQ(engine.stats().taken, 1U);
  EXPECT_EQ(engine.rule_stats(0).late_events, 0U) << "of those that the rule took";
  EXPECT_TRUE(conserves(engine));
}

TEST(LateEvents, AreRejectedIfToldSo) {
  Engine engine(event_time(late_reject));
  Sink sink(WEIR_FORM_NDJSON);
  const std::string late = line_at(start - 12'300 * milli);
  engine.feed_lines(line_at(start) + "\nno json\n" + late + "none\n", start, sink);
  const auto rejected = sink.of_kind(WEIR_OUTPUT_REJECTED);
  ASSERT_EQ(rejected.size(), 3U);
  EXPECT_EQ(rejected[1].line, 4U);
  EXPECT_EQ(rejected[1].bytes + "\n", late);
  EXPECT_EQ(rejected[1].message,
            "late: its time is 12.3 s behind the clock; allowed_lateness is 5 s");
  EXPECT_EQ(rejected[2].line, 5U);
  EXPECT_EQ(engine.stats().late_events, 1U);
  EXPECT_EQ(engine.stats().rejected, 3U);
  EXPECT_TRUE(conserves(engine));
}

TEST(LateEvents, OfFieldsAndRecordsAreRejectedAsTheyCame) {
  Engine engine(event_time(late_reject));
  Sink sink;
  Events events{at(start), at(start - 9 * second)};
  engine.feed(events, start, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].kind, std::uint32_t{WEIR_OUTPUT_REJECTED});
  EXPECT_EQ(sink.seen[0].cookie, 1U);
  EXPECT_TRUE(sink.seen[0].fields.empty());
}

TEST(LateEvents, AreThoseMoreThanTheLatenessBehind) {
  Engine engine(event_time(late_pass));
  Sink sink;
  const std::int64_t now = start + 1;  // between two milliseconds
  feed_at(engine, start - 4'999 * milli, now, sink);
  EXPECT_EQ(engine.stats().late_events, 0U);
  feed_at(engine, start - 5'000 * milli, now, sink);
  EXPECT_EQ(engine.stats().late_events, 1U) << "by a nanosecond";
  Engine exact(event_time(late_pass));
  feed_at(exact, start - 5'000 * milli, start, sink);
  EXPECT_EQ(exact.stats().late_events, 0U);
  feed_at(exact, start - 5'001 * milli, start, sink);
  EXPECT_EQ(exact.stats().late_events, 1U);
}

TEST(LateEvents, HaveATimeThatCanBeRead) {
  Engine engine(event_time(late_reject));
  Sink sink;
  Events events;
  events.add({{"SourceAddress", text("a")}});
  events.add({{"SourceAddress", text("a")}, {"Timestamp", text("yesterday")}});
  events.add({{"SourceAddress", text("a")}, {"Timestamp", number(-1)}});
  events.add({{"SourceAddress", text("a")}, {"Timestamp", number(INT64_MIN)}});
  events.add({{"SourceAddress", text("a")}, {"Timestamp", number(INT64_MAX)}});
  engine.feed(events, start, sink);
  EXPECT_EQ(engine.stats().taken, 3U);
  EXPECT_EQ(engine.stats().late_events, 2U) << "before 1970 is behind every clock";
}

TEST(LateEvents, AFilteredEventIsNone) {
  Engine engine("filter: not SourceAddress = 'a'\n" + event_time(late_reject));
  Sink sink;
  feed_at(engine, start - 60 * second, start, sink);
  EXPECT_EQ(engine.stats().filtered, 1U);
  EXPECT_EQ(engine.stats().late_events, 0U);
}

TEST(LateEvents, CountForEachRuleThatTakesThem) {
  Engine engine("match: all\n" +
                event_time(late_next, rule(100, 10) +
                                          "  - name: other\n    identical_fields: [SourceAddress]\n"
                                          "  - name: none\n    identical_fields: [Name]\n"));
  Sink sink;
  feed_at(engine, start - 60 * second, start, sink);
  EXPECT_EQ(engine.stats().late_events, 1U);
  EXPECT_EQ(engine.rule_stats(0).late_events, 1U);
  EXPECT_EQ(engine.rule_stats(1).late_events, 1U);
  EXPECT_EQ(engine.rule_stats(2).late_events, 0U);
}

TEST(LateEvents, ThatARuleRefusesAreNotItsOwn) {
  Engine engine(event_time(
      late_next, rule(100, 10, "unique_fields: [DestinationPort]\n    unique_mode: dedup") +
                     "  - name: rest\n    identical_fields: [SourceAddress]\n"));
  Sink sink;
  feed_at(engine, start - 60 * second, start, sink);
  feed_at(engine, start - 60 * second, start, sink);
  EXPECT_EQ(engine.stats().late_events, 2U);
  EXPECT_EQ(engine.rule_stats(0).late_events, 1U);
  EXPECT_EQ(engine.rule_stats(1).late_events, 1U);
}

TEST(LateEvents, AreJudgedByTheDocumentThatIsLoaded) {
  Engine engine(event_time(late_pass));
  weir_rule* created = nullptr;
  ASSERT_EQ(engine.create_rule("name: mine\nidentical_fields: [Name]\n", nullptr, &created),
            WEIR_OK);
  Sink sink;
  const Events late{{{"Name", text("x")}, {"Timestamp", number((start - 60 * second) / milli)}}};
  engine.feed(late, start, sink);
  EXPECT_EQ(engine.stats().passed, 1U) << "a created rule lives under the document's setting";
  ASSERT_EQ(engine.load(rule(100, 10)), WEIR_OK);
  engine.feed(late, start, sink);
  EXPECT_EQ(engine.stats().taken, 1U);
  EXPECT_EQ(engine.stats().late_events, 1U);
  weir_destroy_rule(created, nullptr);
}

TEST(LateEvents, AreJudgedByTheCorrectedClock) {
  Engine engine(event_time(late_pass));
  Sink sink;
  const std::int64_t day = 86'400 * second;
  feed_at(engine, start, start + day, sink);
  EXPECT_EQ(engine.stats().late_events, 1U);
  feed_at(engine, start, start, sink);
  EXPECT_EQ(engine.stats().clock_steps_back, 1U);
  EXPECT_EQ(engine.stats().late_events, 1U);
}

TEST(LateEvents, OfTheEventClockAreBehindThoseBeforeThem) {
  Engine engine(event_time(late_pass), WEIR_CLOCK_EVENT);
  Sink sink;
  Events events{at(start - 60 * second, "first"),       at(start, "moves the clock"),
                at(start - 5 * second, "in time"),      at(start - 6 * second, "late"),
                at(start + 60 * second, "moves it on"), at(start, "late now")};
  engine.feed(events, 0, sink);
  const auto passed = sink.of_kind(WEIR_OUTPUT_BASE);
  ASSERT_EQ(passed.size(), 2U);
  EXPECT_EQ(passed[0].fields.at("SourceAddress"), "late");
  EXPECT_EQ(passed[1].fields.at("SourceAddress"), "late now");
  EXPECT_EQ(engine.stats().clock, start + 60 * second);
}

TEST(LateEvents, KeepTheirWordsWhenASinkStops) {
  Engine engine(event_time(late_reject));
  Sink sink;
  sink.answer = [](const weir_output&) { return WEIR_STOP; };
  {
    const Events events{at(start - 6 * second), at(start - 7 * second)};
    EXPECT_EQ(engine.feed(events, start, sink), WEIR_STOPPED);
  }
  sink.answer = {};
  EXPECT_EQ(engine.advance(start + second, sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 2U);
  EXPECT_EQ(sink.seen[1].message,
            "late: its time is 7 s behind the clock; allowed_lateness is 5 s");
}

TEST(LateEvents, AreExplained) {
  const std::string late = line_at(start - 12'300 * milli);
  Engine next(event_time(late_next));
  const Answer joins(next, question_of(late, start));
  EXPECT_EQ(joins.outcome(), "taken");
  EXPECT_EQ(joins.at("/late"), R"({"behind":12300,"then":"next"})");
  EXPECT_EQ(joins.rule(0, "takes"), "true");
  EXPECT_EQ(Answer(next, question_of(line_at(start), start)).at("/late"), "");

  Engine pass(event_time(late_pass));
  const Answer passes(pass, question_of(late, start));
  EXPECT_EQ(passes.outcome(), "passed");
  EXPECT_EQ(passes.at("/late/then"), "pass");
  EXPECT_EQ(passes.rule(0, "considered"), "false");
  EXPECT_EQ(passes.rule(0, "because"), "late");

  Engine reject(event_time(late_reject));
  const Answer rejected(reject, question_of(late, start));
  EXPECT_EQ(rejected.outcome(), "rejected");
  EXPECT_EQ(rejected.at("/late/then"), "reject");
  EXPECT_EQ(rejected.at("/problem"),
            "late: its time is 12.3 s behind the clock; allowed_lateness is 5 s");
  EXPECT_EQ(reject.stats().late_events, 0U) << "asking counts nothing";
}

}  // namespace
