// What a snapshot may say of a bucket, and what is counted of its rule.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "aggregate/group_table.h"
#include "one_bucket.h"

namespace weir::aggregate {
namespace {

constexpr std::int64_t second = 1'000'000'000;

// Buckets of a rule of one text, without accumulators.
class OneRule {
 public:
  struct Head {
    std::string key = std::string("\4\1u", 3);
    std::int64_t deadline = 61 * second;
    std::int64_t opened = second;
    std::uint64_t ordinal = 7;
    std::uint32_t count = 3;
    std::int64_t start = 10;
    std::int64_t end = 20;
  };
  // The bytes of the buckets; empty if they load.
  std::string refusal(const std::vector<Head>& heads, const Horizon& horizon = {latest}) {
    StateWriter out;
    out.number(std::uint64_t{heads.size()});
    for (const Head& head : heads) {
      out.number(static_cast<std::uint32_t>(head.key.size()));
      out.raw(head.key);
      out.number(head.deadline);
      out.number(head.opened);
      out.number(head.ordinal);
      out.number(head.count);
      out.number(head.start);
      out.number(head.end);
    }
    std::string why;
    StateReader in(out.bytes());
    try {
      table.load(rule, {}, in, horizon);
      StateWriter again;
      table.save(*rule, again);
      EXPECT_EQ(again.bytes(), out.bytes());
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.status(), Status::invalid_snapshot);
      why = failure.what();
    }
    oldest = table.counters(*rule).oldest_opened;
    table.remove(*rule);
    EXPECT_EQ(table.use().bytes, 0U);
    return why;
  }

  GroupTable table;
  const std::shared_ptr<const Rule> rule =
      std::make_shared<const Rule>(rule_by({"SourceUserName"}), 0);
  Time oldest;
};

TEST(BucketHead, IsRefusedWithWhatCannotBe) {
  OneRule one;
  using Head = OneRule::Head;
  const auto with = [](auto change) {
    Head head;
    change(head);
    return std::vector<Head>{head};
  };
  EXPECT_EQ(one.refusal({Head()}), "");
  EXPECT_EQ(one.oldest, Time{second});
  EXPECT_NE(one.refusal(with([](Head& head) { head.key.pop_back(); })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.key += '\0'; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.key = "\1\1\1"; })), "");  // a number
  EXPECT_NE(one.refusal(with([](Head& head) { head.deadline = 60 * second - 1; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.deadline = INT64_MIN; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.deadline = INT64_MAX; })), "");
  EXPECT_EQ(one.refusal(with([](Head& head) { head.deadline = latest.nanos + 60 * second; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.opened = INT64_MAX; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.opened = INT64_MIN; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.ordinal = no_ordinal; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.count = 0; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.start = 21; })), "");
  // Behind the clock, or of an event that was not fed yet.
  EXPECT_EQ(one.refusal({Head()}, {Time{second}, 8}), "");
  EXPECT_NE(one.refusal({Head()}, {Time{second - 1}, 8}), "");
  EXPECT_NE(one.refusal({Head()}, {Time{second}, 7}), "");
}

TEST(BucketHead, IsOfAKeyThatNoOtherHas) {
  OneRule one;
  OneRule::Head first, next;
  next.ordinal = 8;
  EXPECT_NE(one.refusal({first, next}), "");
  next.key = std::string("\4\1v", 3);
  next.opened = 9 * second;
  EXPECT_EQ(one.refusal({first, next}), "");
  EXPECT_EQ(one.oldest, Time{second});
  EXPECT_NE(one.refusal({next, first}), "");  // the order of the openings
  next.deadline += 1;
  EXPECT_NE(one.refusal({next, first}), "");
}

TEST(BucketCounters, AreThoseThatWereGiven) {
  OneRule one;
  StateWriter out;
  out.number(std::uint64_t{0});
  StateReader in(out.bytes());
  RuleCounters counters;
  counters.taken = 1;
  counters.closed[2] = 2;
  counters.late = 3;
  counters.shortfalls.joins_cut = 4;
  counters.open_groups = 5;
  counters.open_events = 6;
  counters.oldest_opened = Time{7};
  one.table.load(one.rule, counters, in);
  const RuleCounters loaded = one.table.counters(*one.rule);
  EXPECT_EQ(loaded.taken, 1U);
  EXPECT_EQ(loaded.closed[2], 2U);
  EXPECT_EQ(loaded.late, 3U);
  EXPECT_EQ(loaded.shortfalls.joins_cut, 4U);
  EXPECT_EQ(loaded.open_groups, 0U);
  EXPECT_EQ(loaded.open_events, 0U);
  EXPECT_EQ(loaded.open_bytes, 0U);
  EXPECT_EQ(loaded.oldest_opened, Time{});
}

}  // namespace
}  // namespace weir::aggregate
