// The table of slots and the log of buckets.

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>
#include <unordered_map>

#include "aggregate/creation_log.h"
#include "aggregate/group_table.h"
#include "base/slot_table.h"

namespace weir::aggregate {
namespace {

TEST(SlotTable, OfNothingFindsNothing) {
  const SlotTable<> table;
  EXPECT_EQ(table.find(5, [](std::uint32_t) { return true; }), 0U);
  EXPECT_EQ(table.guess(5), 0U);
  EXPECT_EQ(table.size(), 0U);
}

TEST(SlotTable, TellsBucketsOfTheSameTagApart) {
  SlotTable<> table;
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
  SlotTable<> table;
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
    SlotTable<> table;
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

// Bounds try it after every chunk, and each look at an entry reads a bucket.
TEST(CreationLog, LooksAtNoEntryUnlessItCanGiveMemoryBack) {
  CreationLog log;
  log.reserve(1024, 0, all_live);
  for (std::uint64_t ordinal = 0; ordinal < 1024; ++ordinal) log.push(entry(0, ordinal));
  std::size_t looks = 0;
  const auto last_100 = [&](const CreationLog::Entry& one) {
    ++looks;
    return one.ordinal >= 924;
  };
  const std::size_t bytes = log.bytes();
  log.shrink(100, 100, last_100);
  EXPECT_EQ(looks, 0U);
  EXPECT_EQ(log.bytes(), bytes);
  log.shrink(20, 100, last_100);
  EXPECT_GT(looks, 0U);
  EXPECT_EQ(log.bytes(), 120 * sizeof(CreationLog::Entry));
  EXPECT_EQ(log.size(), 100U);
  EXPECT_EQ(log.front().ordinal, 924U);
}

TEST(CreationLog, SortsEntriesThatComeOutOfOrder) {
  CreationLog log;
  std::mt19937_64 random(10);
  std::vector<std::pair<std::int64_t, std::uint64_t>> expected;
  for (std::uint64_t ordinal = 0; ordinal < 300; ++ordinal)
    expected.emplace_back(static_cast<std::int64_t>(ordinal / 50), ordinal);
  auto pushed = expected;
  std::shuffle(pushed.begin(), pushed.end(), random);
  // The ring has turned before: the order must hold across its end.
  log.reserve(512, 0, all_live);
  for (int i = 0; i < 400; ++i, log.pop()) log.push(entry(0, 0));
  for (const auto& [deadline, ordinal] : pushed) log.push(entry(deadline, ordinal));
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_EQ(std::pair(log[i].deadline.nanos, log[i].ordinal), expected[i]);
}

TEST(CreationLog, CountsEntriesThatCameOutOfOrder) {
  CreationLog log;
  log.reserve(6, 0, all_live);
  for (const std::uint64_t ordinal : {6U, 7U, 1U, 9U, 0U, 4U}) log.push(entry(10, ordinal));
  EXPECT_EQ(log.count_until(Time{10}, 0), 1U);
  EXPECT_EQ(log.count_until(Time{10}, 4), 3U);
  EXPECT_EQ(log.count_until(Time{10}, 8), 5U);
  EXPECT_EQ(log.count_until(Time{9}, 9), 0U);
  EXPECT_EQ(log.count_opened_before(0), 0U);
  EXPECT_EQ(log.count_opened_before(4), 2U);
  EXPECT_EQ(log.count_opened_before(5), 3U);
  EXPECT_EQ(log.count_opened_before(10), 6U);
}

// Chunks of 512 events, each of a group of its own, all at one moment.
class OneMoment {
 public:
  OneMoment() {
    Settings settings;
    settings.name = "r";
    settings.threshold = 1'000'000;
    settings.identical = {field_id("SourceUserName")};
    rule_ = std::make_shared<const Rule>(settings, 0);
    plans_.emplace_back(rule_, slots_);
    rows_.resize(size * slots_.size());
    closed_.reserve(4 * size);
  }
  void apply(std::uint64_t first_ordinal) {
    Chunk chunk;
    chunk.plans = plans_;
    chunk.rows = rows_.data();
    chunk.width = slots_.size();
    chunk.line = line_;
    chunk.first_ordinal = first_ordinal;
    chunk.closing = closing();
    std::vector<Item> items;
    for (std::uint32_t i = 0; i < size; ++i) {
      const std::uint64_t ordinal = first_ordinal + i;
      // A text of eight bytes, as the key writer has it.
      const std::string& key = keys_.emplace_back("\4\10" + std::to_string(10'000'000 + ordinal));
      items.push_back({ordinal * 0x9E3779B97F4A7C15U, key.data(),
                       static_cast<std::uint32_t>(key.size()), i, 0});
    }
    chunk.items = items;
    chunk.end = size;
    chunk.rounds = one_round_;
    table_.reserve(chunk);
    table_.apply(chunk);
  }
  bool close_due(const Horizon& horizon, std::size_t batch) {
    return table_.close_due(horizon, Reason::flush, nullptr, batch, closing());
  }
  std::vector<std::uint64_t> closed() const {
    std::vector<std::uint64_t> ordinals;
    for (const Closed& one : closed_) ordinals.push_back(one.ordinal);
    return ordinals;
  }
  static constexpr std::size_t size = 512;

 private:
  Closing closing() { return {{}, ranks_, "", &memory_, &closed_}; }

  SlotMap slots_;
  std::shared_ptr<const Rule> rule_;
  std::vector<Plan> plans_;
  std::vector<Value> rows_;
  std::vector<Time> line_ = std::vector<Time>(size, Time{1000});
  std::deque<std::string> keys_;
  const std::vector<std::uint32_t> one_round_ = {0};
  const std::vector<std::uint32_t> ranks_ = {0};
  Bump memory_;
  std::vector<Closed> closed_;
  GroupTable table_;
};

std::vector<std::uint64_t> ordinals_below(std::uint64_t count) {
  std::vector<std::uint64_t> ordinals(count);
  for (std::uint64_t i = 0; i < count; ++i) ordinals[i] = i;
  return ordinals;
}

// A thread that takes its ordinals first may apply its chunk last.
TEST(GroupTable, ClosesInOrderWhatWasAppliedOutOfOrder) {
  for (const std::size_t batch : {32U, 500U, 4096U}) {
    OneMoment table;
    for (const std::uint64_t first : {512U, 1024U, 0U}) table.apply(first);
    std::size_t rounds = 0;
    while (rounds < 2000 && table.close_due({Time{INT64_MAX - 1}}, batch)) ++rounds;
    // A round closes a good part of the batch, and never more than twice as much.
    EXPECT_LE(rounds, 1 + 1536 / (batch / 4));
    EXPECT_GE(rounds, 1536 / (2 * batch));
    EXPECT_EQ(table.closed(), ordinals_below(1536));
  }
}

TEST(GroupTable, LeavesOpenWhatOpenedBehindTheHorizon) {
  OneMoment table;
  for (const std::uint64_t first : {512U, 1024U, 0U}) table.apply(first);
  std::size_t rounds = 0;
  while (rounds < 200 && table.close_due({Time{INT64_MAX - 1}, 1000}, 500)) ++rounds;
  EXPECT_EQ(table.closed(), ordinals_below(1000));
}

}  // namespace
}  // namespace weir::aggregate
