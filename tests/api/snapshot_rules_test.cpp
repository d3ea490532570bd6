// Restoring under rules that changed: buckets go on in rules that mean the same, others close.

#include <gtest/gtest.h>

#include "snapshots.h"

namespace {

using namespace host;

std::string named(const std::string& name, const std::string& settings) {
  return "  - {name: " + name + ", identical_fields: [SourceAddress], " + settings + "}\n";
}

void feed_one_of_each(Engine& engine, const Sink& sink) {
  Events events;
  for (const char* name : {"kept", "changed", "gone"})
    add(events, 2, {{"SourceAddress", text("10.0.0.1")}, {"Name", text(name)}});
  ASSERT_EQ(engine.feed(events, start, sink), WEIR_OK) << engine.message();
}

TEST(SnapshotRules, BucketsOfRulesThatMeanTheSameStayOpenAndOthersClose) {
  Sink sink;
  Engine first("filters: {mine: \"Name = 'kept'\"}\naggregation:\n" +
               named("kept", "description: a, threshold: 3, lifetime: 60, filter: filter('mine')") +
               named("changed", "threshold: 3, filter: \"Name = 'changed'\"") +
               named("gone", "filter: \"Name = 'gone'\""));
  feed_one_of_each(first, sink);
  // The rule that is kept says the same in other words, and comes last.
  Engine second_engine("aggregation:\n" + named("added", "filter: \"Name = 'added'\"") +
                       named("changed", "threshold: 4, filter: \"Name = 'changed'\"") +
                       named("kept",
                             "description: b, lifetime: 1m, threshold: 3, missing: group, "
                             "filter: {all: [\"Name = 'kept'\"]}"));
  ASSERT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
  EXPECT_EQ(second_engine.rule_stats(0).taken, 0U);
  EXPECT_EQ(second_engine.rule_stats(1).taken, 0U);
  EXPECT_EQ(second_engine.rule_stats(2).open_events, 2U);
  EXPECT_EQ(second_engine.stats().waiting_outputs, 2U);
  EXPECT_EQ(second_engine.stats().closed_reload, 2U);
  EXPECT_TRUE(conserves(second_engine));
  // As they were opened; then the kept one takes its third.
  Events events{{{"SourceAddress", text("10.0.0.1")}, {"Name", text("kept")}}};
  ASSERT_EQ(second_engine.feed(events, start + second, sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 3U);
  EXPECT_EQ(sink.seen[0].fields.at("AggregationRuleName"), "changed");
  EXPECT_EQ(sink.seen[0].reason, std::uint32_t{WEIR_REASON_RELOAD});
  EXPECT_EQ(sink.seen[0].fields.at("BaseEventCount"), "2");
  EXPECT_EQ(sink.seen[1].fields.at("AggregationRuleName"), "gone");
  EXPECT_EQ(sink.seen[2].fields.at("AggregationRuleName"), "kept");
  EXPECT_EQ(sink.seen[2].reason, std::uint32_t{WEIR_REASON_COUNT});
  EXPECT_EQ(sink.seen[2].fields.at("BaseEventCount"), "3");
  EXPECT_EQ(second_engine.stats().taken, 7U);
}

// The same rules change by a load, or between a snapshot and restoring: the same comes out.
TEST(SnapshotRules, RestoringUnderOtherRulesIsLikeALoad) {
  const std::string before = "aggregation:\n" + named("kept", "filter: \"Name = 'kept'\"") +
                             named("changed", "single: pass, filter: \"Name = 'changed'\"") +
                             named("gone", "filter: \"Name = 'gone'\"");
  const std::string after = "aggregation:\n" + named("changed", "filter: \"Name = 'changed'\"") +
                            named("kept", "filter: \"Name = 'kept'\"") +
                            "enrichment:\n"
                            "  - {type: constant, name: mark, value: x, target: Reason}\n";
  Engine loaded(before), first(before), restored(after);
  Sink expected, got;
  feed_one_of_each(loaded, expected);
  Events lone{{{"SourceAddress", text("10.0.0.2")}, {"Name", text("changed")}}};
  ASSERT_EQ(loaded.feed(lone, start + second, expected), WEIR_OK);
  feed_one_of_each(first, got);
  ASSERT_EQ(first.feed(lone, start + second, got), WEIR_OK);
  ASSERT_EQ(loaded.load(after), WEIR_OK);
  ASSERT_EQ(restore(restored, snapshot(first)), WEIR_OK) << restored.message();
  for (std::uint64_t i = 0; i < 2; ++i)
    EXPECT_EQ(counters(loaded.rule_stats(i)), counters(restored.rule_stats(i)));
  EXPECT_EQ(loaded.stats().taken, restored.stats().taken);
  EXPECT_EQ(loaded.stats().lone, restored.stats().lone);
  EXPECT_EQ(loaded.stats().closed_reload, restored.stats().closed_reload);
  ASSERT_EQ(loaded.flush(expected), WEIR_OK);
  ASSERT_EQ(restored.flush(got), WEIR_OK);
  EXPECT_EQ(expected.seen, got.seen);
  EXPECT_EQ(got.seen.size(), 4U);
}

TEST(SnapshotRules, HoldsCreatedRules) {
  constexpr const char* created = "name: mine\nidentical_fields: [SourceAddress]\nthreshold: 2\n";
  Sink sink;
  Engine first, second_engine;
  weir_rule *one = nullptr, *two = nullptr;
  ASSERT_EQ(first.create_rule(created, nullptr, &one), WEIR_OK) << first.message();
  ASSERT_EQ(second_engine.create_rule(created, nullptr, &two), WEIR_OK);
  Events events{{{"SourceAddress", text("10.0.0.1")}}};
  ASSERT_EQ(first.feed(events, start, sink), WEIR_OK);
  ASSERT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
  ASSERT_EQ(second_engine.feed(events, start, sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].reason, std::uint32_t{WEIR_REASON_COUNT});
}

}  // namespace
