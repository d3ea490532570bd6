// The clock: the host's, or that of events; deadlines, corrections, dates in the future.

#include <gtest/gtest.h>

#include "timed.h"

namespace {

using namespace host;

TEST(HostClock, ALateEventOpensTheNextBucket) {
  Engine engine(rule(100, 10));
  Sink sink;
  engine.feed(one_event(), start, sink);
  engine.feed(one_event(), start + 10 * second - 1, sink);
  EXPECT_TRUE(sink.seen.empty()) << "it joins up to the last nanosecond";
  engine.feed(one_event(), start + 10 * second, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].reason, std::uint32_t{WEIR_REASON_LIFETIME});
  EXPECT_EQ(sink.seen[0].fields.at("BaseEventCount"), "2");
  EXPECT_EQ(sink.seen[0].fields.at("Timestamp"), millis(start + 10 * second));
  EXPECT_EQ(engine.stats().open_events, 1U);
}

TEST(HostClock, TheWindowIsFixed) {
  Engine engine(rule(100, 10));
  Sink sink;
  for (int i = 0; i < 20; ++i) engine.feed(one_event(), start + i * second, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].fields.at("BaseEventCount"), "10");
  EXPECT_EQ(sink.seen[0].fields.at("Timestamp"), millis(start + 10 * second));
}

TEST(HostClock, OneEventASecondForTenLifetimesGivesTenAggregates) {
  Engine engine(rule(1000, 10));
  Sink sink;
  for (int i = 0; i < 100; ++i) engine.feed(one_event(), start + i * second, sink);
  engine.advance(start + 100 * second, sink);
  ASSERT_EQ(sink.seen.size(), 10U);
  for (const Seen& seen : sink.seen) EXPECT_EQ(seen.fields.at("BaseEventCount"), "10");
  EXPECT_EQ(engine.stats().open_groups, 0U);
}

TEST(HostClock, ClosesByDeadlineThenByOpening) {
  Engine engine;
  ASSERT_EQ(engine.load("aggregation:\n"
                        "  - {name: slow, lifetime: 20, identical_fields: [SourceAddress]}\n"
                        "  - {name: fast, lifetime: 10, identical_fields: [DestinationAddress]}\n"),
            WEIR_OK);
  Events events{{{"SourceAddress", text("1")}},
                {{"DestinationAddress", text("2")}},
                {{"DestinationAddress", text("3")}},
                {{"SourceAddress", text("4")}}};
  Sink sink;
  engine.feed(events, start, sink);
  engine.advance(start + 100 * second, sink);
  ASSERT_EQ(sink.seen.size(), 4U);
  EXPECT_EQ(sink.seen[0].fields.at("DestinationAddress"), "2");
  EXPECT_EQ(sink.seen[1].fields.at("DestinationAddress"), "3");
  EXPECT_EQ(sink.seen[2].fields.at("SourceAddress"), "1");
  EXPECT_EQ(sink.seen[3].fields.at("SourceAddress"), "4");
}

TEST(HostClock, ALittleBackIsIgnored) {
  Engine engine(rule(100, 10));
  Sink sink;
  engine.feed(one_event(), start, sink);
  engine.feed(one_event(), start - 3600 * second, sink);
  EXPECT_EQ(engine.stats().clock, start);
  EXPECT_EQ(engine.stats().clock_steps_back, 0U);
}

TEST(HostClock, AStepBackMovesTheDeadlines) {
  Engine engine(rule(100, 10));
  Sink sink;
  engine.feed(one_event(), start, sink);
  const std::int64_t corrected = start - 3601 * second;
  engine.feed(one_event(), corrected, sink);
  EXPECT_EQ(engine.stats().clock, corrected);
  EXPECT_EQ(engine.stats().clock_steps_back, 1U);
  engine.advance(corrected + 10 * second - 1, sink);
  EXPECT_TRUE(sink.seen.empty());
  engine.advance(corrected + 10 * second, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].fields.at("BaseEventCount"), "2");
  EXPECT_EQ(sink.seen[0].fields.at("Timestamp"), millis(corrected + 10 * second));
}

TEST(HostClock, ADayAheadAndBackStopsNothing) {
  Engine engine(rule(100, 10));
  Sink sink;
  const std::int64_t day = 86'400 * second;
  engine.feed(one_event(), start, sink);
  engine.feed(one_event(), start + day, sink);
  engine.feed(one_event(), start + second, sink);
  engine.advance(start + 12 * second, sink);
  ASSERT_EQ(sink.seen.size(), 2U);
  EXPECT_EQ(sink.seen[0].fields.at("BaseEventCount"), "1");
  EXPECT_EQ(sink.seen[1].fields.at("BaseEventCount"), "2");
  EXPECT_TRUE(conserves(engine));
}

TEST(HostClock, IsNotMovedByEvents) {
  Engine engine(rule(100, 10));
  Sink sink;
  Events events{{{"SourceAddress", text("a")}, {"Timestamp", number(4'070'908'800'000)}}};
  engine.feed(events, start, sink);
  EXPECT_EQ(engine.stats().clock, start);
}

TEST(EventClock, MovesWithEventsJustBeforeTheyAreApplied) {
  Engine engine(rule(100, 10), WEIR_CLOCK_EVENT);
  Sink sink;
  feed_at(engine, start, 0, sink);
  feed_at(engine, start + 5 * second, 0, sink);
  feed_at(engine, start + 2 * second, 0, sink);
  EXPECT_EQ(engine.stats().clock, start + 5 * second) << "an earlier one leaves it alone";
  feed_at(engine, start + 10 * second, 0, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].fields.at("BaseEventCount"), "3");
  EXPECT_EQ(sink.seen[0].fields.at("StartTime"), millis(start));
  EXPECT_EQ(sink.seen[0].fields.at("EndTime"), millis(start + 5 * second));
  engine.advance(start + 20 * second, sink);
  EXPECT_EQ(sink.seen.size(), 2U);
}

TEST(EventClock, IsNotMovedByADateFarInTheFuture) {
  Engine engine(rule(100, 10), WEIR_CLOCK_EVENT);
  Sink sink;
  feed_at(engine, start, start, sink);
  feed_at(engine, 4'070'908'800 * second, start, sink);  // 2099
  feed_at(engine, start + 3600 * second + 1'000'000, start, sink);
  EXPECT_EQ(engine.stats().clock, start);
  EXPECT_EQ(engine.stats().future_times, 2U);
  EXPECT_EQ(engine.stats().taken, 3U);
  feed_at(engine, start + 3600 * second, start, sink);
  EXPECT_EQ(engine.stats().clock, start + 3600 * second) << "up to the skew it may lead";
}

TEST(EventClock, WithoutANowTrustsEveryDate) {
  Engine engine(rule(100, 10), WEIR_CLOCK_EVENT);
  Sink sink;
  feed_at(engine, start, 0, sink);
  feed_at(engine, 4'070'908'800 * second, 0, sink);
  EXPECT_EQ(engine.stats().clock, 4'070'908'800 * second);
  EXPECT_EQ(engine.stats().future_times, 0U);
  EXPECT_EQ(sink.seen.size(), 1U);
}

TEST(EventClock, IsLeftAloneByTimesThatCannotBeRead) {
  Engine engine(rule(100, 10), WEIR_CLOCK_EVENT);
  Sink sink;
  feed_at(engine, start, 0, sink);
  Events events;
  for (const Scalar& time : {text("yesterday"), number(-1), number(INT64_MAX), text("")})
    events.add({{"SourceAddress", text("a")}, {"Timestamp", time}});
  engine.feed(events, 0, sink);
  EXPECT_EQ(engine.stats().clock, start);
  EXPECT_EQ(engine.stats().taken, 5U);
}

TEST(EventClock, ReadsRfc3339AndNumericText) {
  Engine engine(rule(100, 10), WEIR_CLOCK_EVENT);
  Sink sink;
  Events events{{{"SourceAddress", text("a")}, {"Timestamp", text("1000")}}};
  engine.feed(events, 0, sink);
  EXPECT_EQ(engine.stats().clock, second);
  Events later{{{"SourceAddress", text("a")}, {"Timestamp", text("2020-01-01T03:00:00.5+03:00")}}};
  engine.feed(later, 0, sink);
  EXPECT_EQ(engine.stats().clock, 1'577'836'800 * second + second / 2);
}

// One batch in which many more buckets fall due than one chunk closes.
TEST(EventClock, ASilenceClosesEverythingThatIsDueInOrder) {
  Engine engine(rule(100, 10), WEIR_CLOCK_EVENT);
  Sink sink;
  Events many;
  constexpr int groups = 10'000;
  for (int i = 0; i < groups; ++i)
    many.add({{"SourceAddress", number(i)}, {"Timestamp", number(start / 1'000'000)}});
  engine.feed(many, 0, sink);
  EXPECT_TRUE(sink.seen.empty());
  feed_at(engine, start + 100 * second, 0, sink);
  ASSERT_EQ(sink.seen.size(), static_cast<std::size_t>(groups));
  for (int i = 0; i < groups; ++i)
    ASSERT_EQ(sink.seen[static_cast<std::size_t>(i)].fields.at("SourceAddress"), std::to_string(i));
  EXPECT_EQ(engine.stats().open_groups, 1U);
}

}  // namespace
