// Outputs that no sink has taken and events that wait for the network, over a snapshot: each
// leaves exactly once.

#include <gtest/gtest.h>

#include <thread>

#include "asked.h"
#include "snapshots.h"

namespace {

using namespace host;

void feed_all_kinds(Engine& engine, const Sink& sink) {
  const weir_text texts[] = {{"a", 1}, {"", 0}, {"ccc", 3}};
  const std::int64_t integers[] = {1, -2};
  const double floats[] = {0.5, 1e300};
  const Scalar name = text("passes");
  const weir_field fields[] = {
      field("Name", name),
      {id("SA.Texts"), WEIR_TEXT_ARRAY, 3, address_of(texts)},
      {id("NA.Integers"), WEIR_INTEGER_ARRAY, 2, address_of(integers)},
      {id("FA.Floats"), WEIR_FLOAT_ARRAY, 2, address_of(floats)},
      field("Extra.truth", true),
      field("DeviceCustomFloatingPoint1", -0.25),
  };
  Events events;
  events.add(weir_event{fields, std::size(fields), 77});
  events.add(weir_event{nullptr, 0, 78});
  add(events, 2, {{"SourceAddress", text("10.0.0.1")}});
  events.add(weir_event{nullptr, 5, 79});
  engine.feed(events, start, sink);
  engine.feed_lines("{\"Name\":\"of \\u0061 line\",\"x\":{\"y\":[1]}}\nno JSON\n", start, sink);
}

// The sink takes some outputs and then no more: it stops, or gives no answer. Whether anything was
// left.
bool goes_on_after(std::uint32_t form, std::size_t taken, std::int32_t answer) {
  SCOPED_TRACE("form " + std::to_string(form) + ", " + std::to_string(taken) + " taken, then " +
               std::to_string(answer));
  const std::string document =
      rule(2, 10, "missing: pass") +
      "enrichment:\n  - {type: constant, name: c, value: x, target: Reason}\n";
  Engine first(document), second_engine(document);
  Sink before(form), rest_of_first(form), rest(form);
  before.answer = [&](const weir_output&) {
    return before.seen.size() < taken ? std::int32_t{WEIR_ACCEPT} : answer;
  };
  feed_all_kinds(first, before);
  const bool left = first.stats().waiting_outputs > 0;
  EXPECT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
  expect_same_counters(first, second_engine, 1);
  EXPECT_EQ(second_engine.enrichment_stats().applied, first.enrichment_stats().applied);
  // The first engine goes on, too.
  EXPECT_EQ(first.flush(rest_of_first), WEIR_OK);
  EXPECT_EQ(second_engine.flush(rest), WEIR_OK);
  EXPECT_EQ(rest_of_first.seen, rest.seen);
  EXPECT_EQ(!rest.seen.empty(), left);
  EXPECT_EQ(second_engine.enrichment_stats().applied, first.enrichment_stats().applied);
  return left;
}

TEST(SnapshotPending, WhatTheSinkDidNotTakeComesNext) {
  std::size_t left = 0;
  for (std::size_t taken = 0; taken < 6; ++taken)
    for (const std::int32_t answer : {std::int32_t{WEIR_STOP}, std::int32_t{-1}})
      for (const std::uint32_t form : {WEIR_FORM_EVENTS, WEIR_FORM_NDJSON})
        left += goes_on_after(form, taken, answer) ? 1U : 0U;
  // Of fields all six times without an answer and most that stopped; of lines there are fewer.
  EXPECT_GE(left, 12U);
}

TEST(SnapshotPending, EventsThatWaitAreAskedAboutAgainOnce) {
  LookupServer deaf(silent), good(found);
  Sink sink;
  Engine first(asking(deaf.port()));
  ASSERT_EQ(first.feed_lines(numbered_lines(0, 20), start, sink), WEIR_OK) << first.message();
  ASSERT_EQ(first.stats().held_events, 20U);
  const std::string bytes = snapshot(first);
  EXPECT_EQ(bytes, snapshot(first));
  // Another server, but the same name: the rule asks.
  Engine second_engine(asking(good.port()));
  ASSERT_EQ(restore(second_engine, bytes), WEIR_OK) << second_engine.message();
  EXPECT_EQ(second_engine.stats().waiting_outputs, 20U);
  EXPECT_EQ(second_engine.stats().held_events, 0U);
  // A snapshot of that is as good.
  Engine third(asking(good.port()));
  ASSERT_EQ(restore(third, snapshot(second_engine)), WEIR_OK) << third.message();
  ASSERT_EQ(third.feed_lines(numbered_lines(20, 10), start, sink), WEIR_OK) << third.message();
  ASSERT_EQ(third.flush(sink, 10 * second), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(30));
  for (const Seen& seen : sink.seen)
    EXPECT_NE(seen.fields.at("TI").find("Botnet"), std::string::npos);
  EXPECT_EQ(third.enrichment_stats().applied, 30U);
  EXPECT_EQ(third.stats().passed, 30U);
  EXPECT_TRUE(conserves(third));
}

// Rules before the one that asked are not applied twice, those behind it once.
TEST(SnapshotPending, EventsThatWaitGoOnWhereTheyWere) {
  LookupServer deaf(silent);
  const auto constant = [](const char* name, const char* field) {
    return std::string("  - {type: constant, name: ") + name + ", value: x, target: " + field +
           "}\n";
  };
  const std::string head = "enrichment:\n" + constant("before", "DeviceCustomString1");
  const std::string asks = asking(deaf.port()).substr(std::string("enrichment:\n").size());
  Sink sink;
  Engine first(head + asks + constant("behind", "DeviceCustomString2"));
  ASSERT_EQ(first.feed_lines(numbered_lines(0, 5), start, sink), WEIR_OK) << first.message();
  ASSERT_EQ(first.stats().held_events, 5U);
  // The rule that asked is gone; a new one is before, where they have been.
  Engine second_engine("enrichment:\n" + constant("new", "DeviceCustomString3") +
                       constant("before", "DeviceCustomString1") +
                       constant("behind", "DeviceCustomString2"));
  ASSERT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
  ASSERT_EQ(second_engine.flush(sink), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(5));
  for (const Seen& seen : sink.seen) {
    EXPECT_EQ(seen.fields.at("DeviceCustomString1"), "x");
    EXPECT_EQ(seen.fields.at("DeviceCustomString2"), "x");
    EXPECT_EQ(seen.fields.count("DeviceCustomString3"), 0U);
  }
  EXPECT_EQ(second_engine.enrichment_stats(0).applied, 0U);
  EXPECT_EQ(second_engine.enrichment_stats(1).applied, 5U);
  EXPECT_EQ(second_engine.enrichment_stats(2).applied, 5U);
}

// With another document before the next call: the rule is looked for when it is needed.
TEST(SnapshotPending, EventsThatWaitSurviveALoadBehindTheirSnapshot) {
  LookupServer deaf(silent);
  Sink sink;
  Engine first(asking(deaf.port()));
  ASSERT_EQ(first.feed_lines(numbered_lines(0, 5), start, sink), WEIR_OK) << first.message();
  Engine second_engine(asking(deaf.port()));
  ASSERT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
  ASSERT_EQ(second_engine.load("aggregation: []\n"), WEIR_OK) << second_engine.message();
  ASSERT_EQ(second_engine.flush(sink), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(5));
}

TEST(SnapshotPending, AggregatedEventsAndEventsOfFieldsWaitToo) {
  LookupServer deaf(silent), good(found);
  Sink sink;
  Engine first(rule(2) + asking(deaf.port()));
  Events events;
  add(events, 4, {{"SourceAddress", text("10.0.0.7")}});
  add(events, 1, {{"DestinationAddress", text("10.0.0.7")}});
  ASSERT_EQ(first.feed(events, start, sink), WEIR_OK) << first.message();
  ASSERT_EQ(first.stats().held_events, 2U);
  ASSERT_EQ(sink.seen.size(), 1U);
  Engine second_engine(rule(2) + asking(good.port()));
  ASSERT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
  ASSERT_EQ(second_engine.flush(sink, 10 * second), WEIR_OK);
  ASSERT_EQ(sink.of_kind(WEIR_OUTPUT_AGGREGATED).size(), 2U);
  for (const Seen& seen : sink.of_kind(WEIR_OUTPUT_AGGREGATED)) {
    EXPECT_EQ(seen.fields.at("BaseEventCount"), "2");
    EXPECT_NE(seen.fields.at("TI").find("Botnet"), std::string::npos);
  }
}

// The answers have come, and no call has looked at them.
TEST(SnapshotPending, EventsWhoseAnswersNobodyTookLeaveOnce) {
  LookupServer good(found);
  Sink sink, other;
  Engine first(asking(good.port()));
  ASSERT_EQ(first.feed_lines(numbered_lines(0, 20), start, sink), WEIR_OK) << first.message();
  while (first.enrichment_stats().ok < 20) std::this_thread::yield();
  const std::size_t seen = sink.seen.size();
  Engine second_engine(asking(good.port()));
  ASSERT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
  EXPECT_EQ(second_engine.enrichment_stats().ok, 20U);
  EXPECT_EQ(second_engine.stats().waiting_outputs, 20U - seen);
  ASSERT_EQ(second_engine.flush(sink, 10 * second), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(20));
  EXPECT_EQ(second_engine.enrichment_stats().applied, 20U);
}

// Buckets that restoring closes are outputs like any other.
TEST(SnapshotPending, WhatRestoringClosesIsEnriched) {
  Sink sink;
  Engine first(rule(3));
  Events events{{{"SourceAddress", text("10.0.0.1")}}};
  ASSERT_EQ(first.feed(events, start, sink), WEIR_OK);
  Engine second_engine("enrichment:\n  - {type: constant, name: c, value: x, target: Reason}\n");
  ASSERT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
  ASSERT_EQ(second_engine.advance(start, sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].reason, std::uint32_t{WEIR_REASON_RELOAD});
  EXPECT_EQ(sink.seen[0].fields.at("Reason"), "x");
}

}  // namespace
