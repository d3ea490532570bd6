// Bounds that are met all the time: by a table that alone is too large, by several threads at once,
// while they change.

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <thread>

#include "host.h"

namespace {

using namespace host;

// `count` events, each of a group of its own.
void add_groups(Events& events, std::int64_t first, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) events.add({{"SourcePort", number(first + i)}});
}

std::string bounded(std::string_view bounds, std::string_view of_rule = {}) {
  return "bounds: {" + std::string(bounds) +
         "}\naggregation:\n  - {name: one, identical_fields: [SourcePort]" + std::string(of_rule) +
         "}\n";
}

TEST(Bounds, BelowWhatTablesTakeAloneCloseEveryBucketAndStopNoFeed) {
  Engine engine(bounded("max_bytes: 1KiB"));
  Sink sink;
  for (std::int64_t round = 0; round < 3; ++round) {
    Events events;
    add_groups(events, round * 100, 100);
    ASSERT_EQ(engine.feed(events, start, sink), WEIR_OK) << engine.message();
    EXPECT_EQ(engine.consumed, 100U);
  }
  EXPECT_EQ(engine.stats().open_bytes, 0U) << "tables of no bucket go back";
  EXPECT_EQ(engine.stats().closed_evicted, 300U);
  EXPECT_TRUE(conserves(engine));
}

// Each closes what another has looked at.
TEST(Bounds, KeptByFourThreadsAtOnceStopNoFeed) {
  constexpr std::int64_t feeders = 4, rounds = 150, groups = 64;
  Engine engine(bounded("max_groups: 4"));
  std::deque<Sink> sinks(feeders);
  std::vector<std::thread> threads;
  for (std::int64_t i = 0; i < feeders; ++i)
    threads.emplace_back([&, i] {
      for (std::int64_t round = 0; round < rounds; ++round) {
        Events events;
        add_groups(events, (i * rounds + round) * groups, groups);
        EXPECT_EQ(weir_feed(engine, events.data(), events.size(), start,
                            sinks[static_cast<std::size_t>(i)], nullptr, nullptr),
                  WEIR_OK);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(engine.stats().taken, static_cast<std::uint64_t>(feeders * rounds * groups));
  EXPECT_LE(engine.stats().open_groups, 4U);
  EXPECT_TRUE(conserves(engine));
}

TEST(Bounds, MayChangeWhileAThreadFeeds) {
  Engine engine(bounded("max_groups: 100", ", max_groups: 10"));
  Sink outputs, rest;
  std::atomic<bool> done = false;
  std::thread feeder([&] {
    for (std::int64_t round = 0; round < 150; ++round) {
      Events events;
      add_groups(events, round * 64, 64);
      EXPECT_EQ(weir_feed(engine, events.data(), events.size(), start, outputs, nullptr, nullptr),
                WEIR_OK);
    }
    done = true;
  });
  const std::string other = "  - {name: two, identical_fields: [BytesIn], max_groups: 7}\n";
  for (bool more = true; !done; more = !more)
    EXPECT_EQ(engine.load(bounded("max_groups: 50", ", max_groups: 10") + (more ? other : "")),
              WEIR_OK);
  feeder.join();
  EXPECT_EQ(engine.flush(rest), WEIR_OK);
  EXPECT_EQ(outputs.seen.size() + rest.seen.size(), 150U * 64U);
  EXPECT_TRUE(conserves(engine));
}

}  // namespace
