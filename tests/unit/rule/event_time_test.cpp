// `event_time:` of a document.
#include "found.h"

namespace weir::rule {
namespace {

// A good document with that on its first lines.
constexpr std::string_view one_aggregation =
    "\naggregation: [{name: r, identical_fields: [Name]}]\n";

EventTime event_time(std::string_view text) {
  const Parsed parsed =
      parse_document(std::string("event_time: ").append(text).append(one_aggregation));
  EXPECT_EQ(lines(parsed), Lines{}) << text;
  return parsed.document.event_time;
}

Lines event_time_problems(std::string_view text) {
  return document(std::string("event_time: ").append(text).append(one_aggregation));
}

TEST(EventTime, WithoutTheKeyNoEventIsLate) {
  const Parsed parsed = parse_document(std::string("match: first").append(one_aggregation));
  EXPECT_FALSE(parsed.document.event_time.allowed_lateness);
  EXPECT_EQ(parsed.document.event_time.late_events, LateEvents::next);
  EXPECT_FALSE(parsed.document.event_time.max_future_skew);
  EXPECT_FALSE(event_time("{}").allowed_lateness);
}

TEST(EventTime, SaysHowFarAndWhatThen) {
  const EventTime all =
      event_time("{allowed_lateness: 5s, late_events: reject, max_future_skew: 1h}");
  EXPECT_EQ(all.allowed_lateness, Duration{5'000'000'000});
  EXPECT_EQ(all.late_events, LateEvents::reject);
  EXPECT_EQ(all.max_future_skew, Duration{3'600'000'000'000});
  EXPECT_EQ(event_time("{allowed_lateness: 0.5, late_events: pass}").late_events, LateEvents::pass);
  EXPECT_EQ(event_time("{allowed_lateness: 1, late_events: next}").late_events, LateEvents::next);
}

TEST(EventTime, ALatenessMayBeNothingOrAYear) {
  for (const char* const none : {"0", "0s", "0.0", "0ms", "'0s'"})
    EXPECT_EQ(event_time(std::string("{allowed_lateness: ") + none + "}").allowed_lateness,
              Duration{})
        << none;
  EXPECT_EQ(event_time("{allowed_lateness: 365d}").allowed_lateness,
            Duration{365LL * 86'400 * 1'000'000'000});
}

TEST(EventTime, ThatIsWrong) {
  EXPECT_EQ(event_time_problems("5s"), Lines{"1:13: error: event_time must be a map, not '5s'"});
  EXPECT_EQ(event_time_problems("{alowed_lateness: 5s}"),
            Lines{"1:14: error: unknown key 'alowed_lateness'; did you mean 'allowed_lateness'?"});
  EXPECT_EQ(event_time_problems("{allowed_lateness: 366d}"),
            Lines{"1:32: error: allowed_lateness must be 0 or more and at most 365 days, not "
                  "'366d'"});
  EXPECT_EQ(event_time_problems("{allowed_lateness: -1}"),
            Lines{"1:32: error: allowed_lateness must be 0 or more and at most 365 days, not "
                  "'-1'"});
  EXPECT_EQ(event_time_problems("{allowed_lateness: soon}"),
            Lines{"1:32: error: allowed_lateness must be a number of seconds, or a number with ms, "
                  "s, m, h or d, not 'soon'"});
  EXPECT_EQ(event_time_problems("{max_future_skew: 0}"),
            Lines{"1:31: error: max_future_skew must be more than 0 and at most 365 days, not "
                  "'0'"});
  EXPECT_EQ(event_time_problems("{allowed_lateness: 1, late_events: rejected}"),
            Lines{"1:48: error: late_events must be next, pass or reject, not 'rejected'; did you "
                  "mean 'reject'?"});
}

TEST(EventTime, APolicyWithoutALatenessIsWarnedOf) {
  EXPECT_EQ(event_time_problems("{late_events: pass}"),
            Lines{"1:27: warning: late_events does nothing without 'allowed_lateness', for then no "
                  "event is late; state it, or remove this"});
}

TEST(EventTime, IsNotOfASingleRule) {
  EXPECT_EQ(rule_with("event_time: {allowed_lateness: 5s}").size(), 1U);
}

}  // namespace
}  // namespace weir::rule
