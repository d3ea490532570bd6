// Bytes of buckets, written by hand, into a table of one rule by one text.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aggregate/group_table.h"
#include "one_bucket.h"

namespace weir::aggregate {

class OneRule {
 public:
  struct Head {
    std::string key = std::string("\4\1u", 3);
    std::int64_t deadline = 61 * nanos_a_second;
    std::int64_t opened = nanos_a_second;
    std::uint64_t ordinal = 7;
    std::uint32_t count = 3;
    std::int64_t start = 10;
    std::int64_t end = 20;
  };
  using Write = std::function<void(StateWriter&)>;

  explicit OneRule(Settings settings = rule_by({"SourceUserName"}))
      : rule(std::make_shared<const Rule>(std::move(settings), 0)) {}

  // Why the buckets are refused; empty if they load. Each has `rest` behind its head.
  std::string refusal(const std::vector<Head>& heads, const Horizon& horizon = {latest},
                      const Write& rest = {}) {
    StateWriter out;
    out.number(std::uint64_t{heads.size()});
    for (const Head& head : heads) {
      write(head, out);
      if (rest) rest(out);
    }
    std::string why;
    StateReader in(out.bytes(), out.fields());
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
  // Of a bucket of `count` events.
  bool loads(const Write& rest, std::uint32_t count = 3) {
    Head head;
    head.count = count;
    return refusal({head}, {latest}, rest).empty();
  }

  GroupTable table;
  const std::shared_ptr<const Rule> rule;
  Time oldest;

 private:
  static void write(const Head& head, StateWriter& out) {
    out.number(static_cast<std::uint32_t>(head.key.size()));
    out.raw(head.key);
    out.number(head.deadline);
    out.number(head.opened);
    out.number(head.ordinal);
    out.number(head.count);
    out.number(head.start);
    out.number(head.end);
  }
};

}  // namespace weir::aggregate
