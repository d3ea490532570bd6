// Open buckets as bytes and back.

#include <gtest/gtest.h>

#include <new>
#include <random>
#include <string>
#include <vector>

#include "../engine/failing_memory.h"
#include "driven_table.h"
#include "values.h"

namespace weir::aggregate {
namespace {

// Each shares the events with those of its schema.
std::vector<Settings> kuma_rules(std::uint8_t id = 0) {
  Settings plain = rule_by({"SourceUserName"});
  plain.sum = ids({"BytesIn"});
  plain.threshold = 1000;
  return {named(rich_rule(OtherFields::first, UniqueMode::list, Single::pass), "first", id),
          named(rich_rule(OtherFields::last, UniqueMode::dedup, Single::aggregate), "last", id),
          named(rich_rule(OtherFields::common, UniqueMode::dedup, Single::pass), "common", id),
          named(rich_rule(OtherFields::drop, UniqueMode::list, Single::pass), "drop", id),
          named(plain, "plain", id)};
}

std::vector<Settings> open_rules(std::uint8_t id = 0) {
  return {named(open_rule(SumStrings::join), "join", id),
          named(open_rule(SumStrings::numeric), "numeric", id)};
}

using Rules = std::vector<Settings> (*)(std::uint8_t);

// Chunks of 40 events from chunk `first` on, a second apart.
void feed_chunks(DrivenTable& driven, std::uint64_t first, std::uint64_t end) {
  for (std::uint64_t chunk = first; chunk < end; ++chunk)
    driven.feed(chunk * 40, 40, static_cast<std::int64_t>(chunk + 1) * nanos_a_second);
}

void expect_equal(const RuleCounters& a, const RuleCounters& b) {
  EXPECT_EQ(a.taken, b.taken);
  EXPECT_EQ(a.out, b.out);
  EXPECT_EQ(a.lone, b.lone);
  EXPECT_EQ(a.refused, b.refused);
  EXPECT_EQ(a.aggregated, b.aggregated);
  for (std::size_t i = 0; i < reasons; ++i) EXPECT_EQ(a.closed[i], b.closed[i]);
  EXPECT_EQ(a.open_groups, b.open_groups);
  EXPECT_EQ(a.open_events, b.open_events);
  EXPECT_EQ(a.oldest_opened, b.oldest_opened);
}

void expect_equal_counters(DrivenTable& a, DrivenTable& b) {
  for (std::size_t i = 0; i < a.rules.size(); ++i)
    expect_equal(a.table().counters(*a.rules[i]), b.table().counters(*b.rules[i]));
}

void expect_empty(DrivenTable& driven) {
  for (const auto& rule : driven.rules) {
    driven.table().remove(*rule);
    const RuleCounters counters = driven.table().counters(*rule);
    EXPECT_EQ(counters.taken, 0U);
    EXPECT_EQ(counters.open_groups, 0U);
    EXPECT_EQ(counters.open_bytes, 0U);
  }
  EXPECT_EQ(driven.table().use().groups, 0U);
  EXPECT_EQ(driven.table().use().bytes, 0U);
  EXPECT_FALSE(driven.table().any_due(Time{INT64_MAX - 1}));
}

class BucketState : public testing::TestWithParam<Rules> {};

TEST_P(BucketState, GoesOnAsTheTableThatWasSaved) {
  for (const std::uint64_t chunks : {1U, 7U, 30U, 75U}) {
    DrivenTable saved(GetParam()(0)), loaded(GetParam()(0));
    feed_chunks(saved, 0, chunks);
    const DrivenTable::Saved bytes = saved.save();
    loaded.load(bytes);
    EXPECT_GT(loaded.table().use().groups, 0U);
    EXPECT_EQ(loaded.table().use().groups, saved.table().use().groups);
    expect_equal_counters(saved, loaded);
    const DrivenTable::Saved again = loaded.save();
    EXPECT_EQ(again.bytes, bytes.bytes);
    EXPECT_EQ(again.fields, bytes.fields);

    saved.closed.clear();
    feed_chunks(saved, chunks, chunks + 20);
    feed_chunks(loaded, chunks, chunks + 20);
    EXPECT_EQ(loaded.closed, saved.closed);
    EXPECT_EQ(loaded.save().bytes, saved.save().bytes);
    for (DrivenTable* one : {&saved, &loaded}) {
      one->evict(10);
      one->close_all();
    }
    EXPECT_EQ(loaded.closed, saved.closed);
    EXPECT_GT(loaded.closed.size(), 0U);
    expect_equal_counters(saved, loaded);
    expect_empty(loaded);
  }
}

// Its keys hash otherwise, so that its buckets lie in other shards.
TEST_P(BucketState, SaysNothingOfWhereABucketLies) {
  DrivenTable one(GetParam()(0)), other(GetParam()(1)), third(GetParam()(2));
  feed_chunks(one, 0, 30);
  feed_chunks(other, 0, 30);
  const DrivenTable::Saved bytes = one.save();
  EXPECT_EQ(bytes.bytes, other.save().bytes);
  third.load(bytes);
  EXPECT_EQ(third.save().bytes, bytes.bytes);
}

TEST_P(BucketState, IsRefusedWhereverItEnds) {
  DrivenTable saved(GetParam()(0)), loaded(GetParam()(0));
  saved.feed(0, 4, nanos_a_second);
  const DrivenTable::Saved bytes = saved.save();
  for (std::size_t rule = 0; rule < saved.rules.size(); ++rule)
    for (std::size_t size = 0; size < bytes.bytes[rule].size(); ++size) {
      try {
        loaded.load(bytes, rule, bytes.bytes[rule].substr(0, size));
        ADD_FAILURE() << "rule " << rule << " loads " << size << " bytes";
      } catch (const Failure& failure) {
        ASSERT_EQ(failure.status(), Status::invalid_snapshot);
      }
      loaded.table().remove(*loaded.rules[rule]);
      ASSERT_EQ(loaded.table().use().groups, 0U);
      ASSERT_EQ(loaded.table().use().bytes, 0U);
    }
  loaded.load(bytes);
  EXPECT_EQ(loaded.save().bytes, bytes.bytes);
  expect_empty(loaded);
}

// What loads goes on, and closes.
TEST_P(BucketState, IsRefusedOrConsistentWhateverByteIsWrong) {
  DrivenTable saved(GetParam()(0)), loaded(GetParam()(0));
  saved.feed(0, 4, nanos_a_second);
  const DrivenTable::Saved bytes = saved.save();
  std::mt19937_64 random(3);
  std::size_t refused = 0, loads = 0;
  for (std::size_t rule = 0; rule < saved.rules.size(); ++rule)
    for (std::size_t at = 0; at < bytes.bytes[rule].size(); ++at) {
      const unsigned flip = 1U + static_cast<unsigned>(random() % 255);
      std::string wrong = bytes.bytes[rule];
      wrong[at] = static_cast<char>(static_cast<unsigned char>(wrong[at]) ^ flip);
      try {
        StateReader in(wrong, bytes.fields);
        loaded.table().load(loaded.rules[rule], {}, in);
        ++loads;
        loaded.save();
        loaded.feed(1000, 3, 2 * nanos_a_second);
        loaded.close_all();
      } catch (const Failure& failure) {
        ASSERT_EQ(failure.status(), Status::invalid_snapshot);
        ++refused;
      }
      for (const auto& one : loaded.rules) loaded.table().remove(*one);
      ASSERT_EQ(loaded.table().use().groups, 0U);
      ASSERT_EQ(loaded.table().use().bytes, 0U);
    }
  EXPECT_GT(refused, 100U);
  EXPECT_GT(loads, 100U);
}

TEST_P(BucketState, LeavesTheTableCleanWhenMemoryEnds) {
  DrivenTable saved(GetParam()(0)), loaded(GetParam()(0));
  feed_chunks(saved, 0, 8);
  const DrivenTable::Saved bytes = saved.save();
  std::uint64_t failures = 0;
  for (std::size_t rule = 0; rule < saved.rules.size(); ++rule)
    for (std::uint64_t first = 1;; ++first) {
      loaded.fresh_table();
      bool failed = false;
      StateReader in(bytes.bytes[rule], bytes.fields);
      fail_allocations(first);
      try {
        loaded.table().load(loaded.rules[rule], bytes.counters[rule], in);
      } catch (const std::bad_alloc&) {
        failed = true;
      }
      allow_allocations();
      if (!failed) break;
      ++failures;
      expect_empty(loaded);
    }
  EXPECT_GT(failures, 50U);
  loaded.fresh_table();
  loaded.load(bytes);
  EXPECT_EQ(loaded.save().bytes, bytes.bytes);
}

TEST_P(BucketState, ChangesNothingWhenMemoryEndsWhileItIsSaved) {
  DrivenTable saved(GetParam()(0));
  feed_chunks(saved, 0, 1);
  const DrivenTable::Saved bytes = saved.save();
  std::uint64_t failures = 0;
  for (std::uint64_t first = 1;; ++first) {
    bool failed = false;
    fail_allocations(first);
    try {
      saved.save();
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    allow_allocations();
    if (!failed) break;
    ++failures;
  }
  EXPECT_GT(failures, 5U);
  EXPECT_EQ(saved.save().bytes, bytes.bytes);
}

INSTANTIATE_TEST_SUITE_P(Schemas, BucketState, testing::Values(&kuma_rules, &open_rules),
                         [](const auto& schema) { return schema.index == 0 ? "Kuma" : "Open"; });

// Threads that take their ordinals first may apply their chunks last.
TEST(BucketsOfARule, AreInTheOrderOfTheOpenings) {
  std::vector<std::vector<std::string>> saved;
  for (const auto& order : {std::vector<std::uint64_t>{0, 40, 80}, {40, 80, 0}}) {
    DrivenTable driven(
        {named(rule_by({"SourceUserName", "SourcePort", "SA.key", "BytesIn"}), "r")});
    for (const std::uint64_t first : order) driven.feed(first, 40, nanos_a_second);
    driven.closed.clear();
    DrivenTable loaded(
        {named(rule_by({"SourceUserName", "SourcePort", "SA.key", "BytesIn"}), "r")});
    loaded.load(driven.save());
    driven.close_all();
    loaded.close_all();
    EXPECT_EQ(loaded.closed, driven.closed);
  }
}

TEST(BucketsOfARule, MayLeavePieceByPiece) {
  DrivenTable driven(kuma_rules());
  feed_chunks(driven, 0, 3);
  std::string pieces;
  std::size_t count = 0;
  StateWriter out;
  driven.table().save(*driven.rules.front(), out, [&] {
    pieces += out.bytes();
    out.bytes().clear();
    ++count;
  });
  EXPECT_EQ(pieces, driven.save().bytes.front());
  EXPECT_EQ(count, driven.table().counters(*driven.rules.front()).open_groups);
}

TEST(BucketsOfARule, LeaveOutAFieldThatTheRuleDoesNotKnow) {
  Settings settings = rule_by({"SourceUserName"});
  settings.other_fields = OtherFields::first;
  DrivenTable before({named(settings, "r")});
  const FieldId later = field_id("S.later");
  DrivenTable after({named(settings, "r")});
  after.feed(0, 40, nanos_a_second);
  const DrivenTable::Saved saved = after.save();
  ASSERT_NE(std::find(saved.fields.begin(), saved.fields.end(), later), saved.fields.end());
  before.load(saved);
  const DrivenTable::Saved again = before.save();
  EXPECT_EQ(std::find(again.fields.begin(), again.fields.end(), later), again.fields.end());
  EXPECT_EQ(again.fields.size() + 1, saved.fields.size());
}

}  // namespace
}  // namespace weir::aggregate
