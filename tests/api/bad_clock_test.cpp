// Times ahead of the host's clock, and a host's clock that jumps: one bad clock closes no buckets
// but its own.

#include <gtest/gtest.h>

#include "timed.h"

namespace {

using namespace host;

constexpr std::int64_t year_2099 = 4'070'908'800 * second;

TEST(FutureTimes, OfADocumentCountIfTheyAreTheSmaller) {
  Engine engine(event_time("max_future_skew: 10s", rule(100, 1000)), WEIR_CLOCK_EVENT);
  Sink sink;
  feed_at(engine, start, start, sink);
  feed_at(engine, start + 10 * second + milli, start, sink);
  EXPECT_EQ(engine.stats().future_times, 1U);
  EXPECT_EQ(engine.stats().clock, start);
  feed_at(engine, start + 10 * second, start, sink);
  EXPECT_EQ(engine.stats().clock, start + 10 * second);
  ASSERT_EQ(engine.load(event_time("max_future_skew: 1d", rule(100, 1000))), WEIR_OK);
  feed_at(engine, start + 2 * 3600 * second, start, sink);
  EXPECT_EQ(engine.stats().future_times, 2U) << "the engine's own hour";
  feed_at(engine, start + 3600 * second, start, sink);
  EXPECT_EQ(engine.stats().clock, start + 3600 * second);
}

TEST(FutureTimes, OfADocumentSayWhenTheHostsClockWasCorrected) {
  Engine engine(event_time("max_future_skew: 10s"));
  Sink sink;
  engine.advance(start, sink);
  engine.advance(start - 10 * second, sink);
  EXPECT_EQ(engine.stats().clock, start) << "as much is not";
  engine.advance(start - 11 * second, sink);
  EXPECT_EQ(engine.stats().clock, start - 11 * second);
  ASSERT_EQ(engine.load(rule(100, 10)), WEIR_OK);
  engine.advance(start - 60 * second, sink);
  EXPECT_EQ(engine.stats().clock, start - 11 * second) << "an hour again";
}

// A stream of a second's steps, one event of which is dated 2099.
TEST(OneBadClock, DoesNotCloseEveryBucket) {
  for (const std::uint32_t clock : {WEIR_CLOCK_HOST, WEIR_CLOCK_EVENT}) {
    Engine engine(rule(1000, 10), clock);
    Sink sink;
    for (int i = 0; i < 100; ++i) {
      const std::int64_t now = start + i * second;
      feed_at(engine, i == 55 ? year_2099 : now, now, sink);
    }
    engine.advance(start + 100 * second, sink);
    ASSERT_EQ(sink.seen.size(), 10U);
    for (const Seen& seen : sink.seen) EXPECT_EQ(seen.fields.at("BaseEventCount"), "10");
    EXPECT_EQ(sink.seen[5].fields.at("EndTime"), millis(year_2099)) << "it shows where it went";
    EXPECT_EQ(engine.stats().future_times, clock == WEIR_CLOCK_EVENT ? 1U : 0U);
  }
}

// Nothing tells 2099 from a year of silence then; the late events after it do.
TEST(OneBadClock, IsBoundedByNothingWithoutANow) {
  Engine engine(event_time(late_next, rule(1000, 10)), WEIR_CLOCK_EVENT);
  Sink sink;
  for (int i = 0; i < 30; ++i) feed_at(engine, i == 5 ? year_2099 : start + i * second, 0, sink);
  EXPECT_EQ(engine.stats().clock, year_2099);
  EXPECT_EQ(engine.stats().late_events, 24U);
  EXPECT_EQ(engine.stats().open_groups, 1U);
}

TEST(OneBadClock, OfTheHostADayAheadAndBackClosesOnce) {
  Engine engine(event_time(late_next, rule(1000, 10)));
  Sink sink;
  for (int i = 0; i < 100; ++i) {
    const std::int64_t now = start + i * second;
    feed_at(engine, now, i == 55 ? now + 86'400 * second : now, sink);
  }
  engine.advance(start + 110 * second, sink);
  std::uint64_t counted = 0;
  for (const Seen& seen : sink.seen) counted += std::stoull(seen.fields.at("BaseEventCount"));
  EXPECT_EQ(counted, 100U);
  EXPECT_EQ(sink.seen.size(), 11U) << "the bucket that was open then closed early, no other";
  EXPECT_EQ(engine.stats().clock_steps_back, 1U);
  EXPECT_EQ(engine.stats().late_events, 1U) << "in the one call whose clock was wrong";
}

}  // namespace
