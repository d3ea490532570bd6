// The table of slots and the log of buckets.

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>
#include <unordered_map>

#include "aggregate/creation_log.h"
#include "aggregate/slot_table.h"

namespace weir::aggregate {
namespace {

TEST(SlotTable, OfNothingFindsNothing) {
  const SlotTable table;
  EXPECT_EQ(table.find(5, [](std::uint32_t) { return true; }), 0U);
  EXPECT_EQ(table.guess(5), 0U);
  EXPECT_EQ(table.size(), 0U);
}

TEST(SlotTable, TellsBucketsOfTheSameTagApart) {
  SlotTable table;
  table.reserve(3);
  for (const std::uint32_t bucket : {7U, 8U, 9U}) table.insert(1, bucket);
  for (const std::uint32_t bucket : {7U, 8U, 9U})
    EXPECT_EQ(table.find(1, [&](std::uint32_t ref) { return ref == bucket; }), bucket);
  EXPECT_EQ(table.guess(1), 7U);
  table.erase(1, 7);
  EXPECT_EQ(table.find(1, [](std::uint32_t ref) { return ref == 7; }), 0U);
  EXPECT_EQ(table.find(1, [](std::uint32_t ref) { return ref == 9; }), 9U);
}

TEST(SlotTable, GrowsBeforeItIsThreeQuartersFull) {
  SlotTable table;
  for (std::uint32_t i = 1; i <= 100'000; ++i) {
    table.reserve(table.size() + 1);
    table.insert(i * 2'654'435'761U, i);
    ASSERT_LE(table.size() * 4 * sizeof(std::uint64_t), table.bytes() * 3);
  }
  for (std::uint32_t i = 1; i <= 100'000; ++i)
    ASSERT_EQ(table.find(i * 2'654'435'761U, [&](std::uint32_t ref) { return ref == i; }), i);
}

// Tags of few values and of neighbouring homes, so that runs wrap round the end and collide.
TEST(SlotTable, AgreesWithAMultimapUnderRandomChanges) {
  std::mt19937_64 random(8);
  for (const std::uint32_t tags : {4U, 16U, 64U, 100'000U}) {
    SlotTable table;
    std::unordered_multimap<std::uint32_t, std::uint32_t> shadow;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> all;
    const std::size_t limit = tags == 100'000U ? 3000 : 60;
    std::uint32_t next = 1;
    for (int i = 0; i < 30'000; ++i) {
      if (all.size() < limit && random() % 2 == 0) {
        const auto tag = static_cast<std::uint32_t>(random() % tags) - 2;  // some wrap round
        table.reserve(table.size() + 1);
        table.insert(tag, next);
        shadow.emplace(tag, next);
        all.emplace_back(tag, next++);
      } else if (!all.empty()) {
        std::swap(all[random() % all.size()], all.back());
        const auto [tag, ref] = all.back();
        all.pop_back();
        table.erase(tag, ref);
        const auto [first, last] = shadow.equal_range(tag);
        shadow.erase(
            std::find_if(first, last, [&, r = ref](auto& one) { return one.second == r; }));
      }
      ASSERT_EQ(table.size(), shadow.size());
      if (i % 64 != 0) continue;
      for (const auto& [tag, ref] : all)
        ASSERT_EQ(table.find(tag, [&, r = ref](std::uint32_t at) { return at == r; }), ref);
      for (std::uint32_t tag = 0; tag < 70; ++tag) {
        std::size_t met = 0;
        table.find(tag, [&](std::uint32_t) { return ++met, false; });
        ASSERT_EQ(met, shadow.count(tag));
      }
    }
  }
}

CreationLog::Entry entry(std::int64_t deadline, std::uint64_t ordinal) {
  return {Time{deadline}, ordinal, static_cast<std::uint32_t>(ordinal), 0};
}

const auto all_live = [](const CreationLog::Entry&) { return true; };

TEST(CreationLog, GivesEntriesBackInTheirOrder) {
  CreationLog log;
  EXPECT_TRUE(log.empty());
  std::uint64_t in = 0, out = 0;
  std::mt19937_64 random(9);
  for (int i = 0; i < 5000; ++i) {
    const std::size_t count = random() % 50;
    log.reserve(count, log.size(), all_live);
    for (std::size_t n = 0; n < count; ++n, ++in)
      log.push(entry(static_cast<std::int64_t>(in), in));
    for (std::size_t n = random() % 50; n > 0 && !log.empty(); --n, log.pop())
      ASSERT_EQ(log.front().ordinal, out++);
    ASSERT_EQ(log.size(), in - out);
  }
}

TEST(CreationLog, CountsWhatComesUntilAMoment) {
  CreationLog log;
  EXPECT_EQ(log.count_until(Time{100}, 0), 0U);
  log.reserve(5, 0, all_live);
  for (const auto& one : {entry(10, 1), entry(10, 4), entry(10, 7), entry(20, 8), entry(30, 9)})
    log.push(one);
  EXPECT_EQ(log.count_until(Time{9}, ~std::uint64_t{0}), 0U);
  EXPECT_EQ(log.count_until(Time{10}, 0), 0U);
  EXPECT_EQ(log.count_until(Time{10}, 4), 2U);
  EXPECT_EQ(log.count_until(Time{10}, 5), 2U);
  EXPECT_EQ(log.count_until(Time{10}, ~std::uint64_t{0}), 3U);
  EXPECT_EQ(log.count_until(Time{20}, 0), 3U);
  EXPECT_EQ(log.count_until(Time{99}, 0), 5U);
}

TEST(CreationLog, DropsStaleEntriesInsteadOfGrowing) {
  CreationLog log;
  std::set<std::uint64_t> open;
  const auto live = [&](const CreationLog::Entry& one) { return open.contains(one.ordinal); };
  std::size_t bytes = 0;
  for (std::uint64_t ordinal = 0; ordinal < 100'000; ++ordinal) {
    log.reserve(1, open.size(), live);
    log.push(entry(static_cast<std::int64_t>(ordinal), ordinal));
    open.insert(ordinal);
    if (open.size() > 10) open.erase(std::prev(open.end(), 5));  // closes early, out of order
    bytes = std::max(bytes, log.bytes());
  }
  EXPECT_LE(bytes, 128 * sizeof(CreationLog::Entry));
  std::vector<std::uint64_t> left;
  for (; !log.empty(); log.pop())
    if (live(log.front())) left.push_back(log.front().ordinal);
  EXPECT_EQ(left, std::vector<std::uint64_t>(open.begin(), open.end()));
}

}  // namespace
}  // namespace weir::aggregate
