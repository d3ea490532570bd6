// What a snapshot may say of a bucket, and what is counted of its rule.

#include <gtest/gtest.h>

#include <vector>

#include "one_rule.h"

namespace weir::aggregate {
namespace {

TEST(BucketHead, IsRefusedWithWhatCannotBe) {
  OneRule one;
  using Head = OneRule::Head;
  const auto with = [](auto change) {
    Head head;
    change(head);
    return std::vector<Head>{head};
  };
  EXPECT_EQ(one.refusal({Head()}), "");
  EXPECT_EQ(one.oldest, Time{nanos_a_second});
  EXPECT_NE(one.refusal(with([](Head& head) { head.key.pop_back(); })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.key += '\0'; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.key = "\1\1\1"; })), "");  // a number
  EXPECT_NE(one.refusal(with([](Head& head) { head.deadline = 60 * nanos_a_second - 1; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.deadline = INT64_MIN; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.deadline = INT64_MAX; })), "");
  EXPECT_EQ(
      one.refusal(with([](Head& head) { head.deadline = latest.nanos + 60 * nanos_a_second; })),
      "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.opened = INT64_MAX; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.opened = INT64_MIN; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.ordinal = no_ordinal; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.count = 0; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.start = 21; })), "");
  // Behind the clock, or of an event that was not fed yet.
  EXPECT_EQ(one.refusal({Head()}, {Time{nanos_a_second}, 8}), "");
  EXPECT_NE(one.refusal({Head()}, {Time{nanos_a_second - 1}, 8}), "");
  EXPECT_NE(one.refusal({Head()}, {Time{nanos_a_second}, 7}), "");
}

TEST(BucketHead, IsOfAKeyThatNoOtherHas) {
  OneRule one;
  OneRule::Head first, next;
  next.ordinal = 8;
  EXPECT_NE(one.refusal({first, next}), "");
  next.key = std::string("\4\1v", 3);
  next.opened = 9 * nanos_a_second;
  EXPECT_EQ(one.refusal({first, next}), "");
  EXPECT_EQ(one.oldest, Time{nanos_a_second});
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
