// The law of conservation, with one thread and with several.

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "feeder_batch.h"

namespace {

using namespace host;

std::uint64_t base_events(const Sink& sink) {
  std::uint64_t sum = 0;
  for (const Seen& seen : sink.seen)
    if (seen.kind == WEIR_OUTPUT_AGGREGATED) sum += std::stoull(seen.fields.at("BaseEventCount"));
  return sum;
}

TEST(Conservation, HoldsAtEveryThresholdAndLifetime) {
  for (std::uint32_t threshold = 1; threshold <= 7; ++threshold)
    for (const std::uint32_t lifetime : {1U, 7U, 60U}) {
      SCOPED_TRACE("threshold " + std::to_string(threshold) + ", lifetime " +
                   std::to_string(lifetime));
      Engine engine("filter: not Name = 'noise'\n" + rule(threshold, lifetime));
      std::mt19937_64 random(threshold * 100 + lifetime);
      Sink sink;
      std::int64_t now = start;
      std::uint64_t fed = 0;
      for (int step = 0; step < 20; ++step) {
        now += static_cast<std::int64_t>(random() % 3) * second;
        Events events;
        for (std::uint64_t count = random() % 100; count > 0; --count) {
          if (random() % 10 == 0)
            events.add({{"Name", text("passes")}});
          else if (random() % 10 == 0)
            events.add({{"Name", text("noise")}});
          else
            events.add({{"SourceAddress", number(static_cast<std::int64_t>(random() % 9))}});
        }
        fed += events.size();
        ASSERT_EQ(engine.feed(events, now, sink), WEIR_OK);
        ASSERT_TRUE(conserves(engine));
        const weir_stats stats = engine.stats();
        ASSERT_EQ(stats.events_in, fed);
        ASSERT_EQ(stats.taken, base_events(sink) + stats.open_events);
      }
      engine.flush(sink);
      const weir_stats stats = engine.stats();
      EXPECT_EQ(stats.taken, base_events(sink));
      EXPECT_EQ(stats.open_groups, 0U);
      EXPECT_EQ(stats.aggregated, stats.closed_count + stats.closed_lifetime + stats.closed_flush);
      for (const Seen& seen : sink.of_kind(WEIR_OUTPUT_AGGREGATED)) {
        const std::uint64_t count = std::stoull(seen.fields.at("BaseEventCount"));
        EXPECT_LE(count, threshold);
        EXPECT_TRUE(seen.reason != WEIR_REASON_COUNT || count == threshold);
      }
    }
}

constexpr std::size_t feeding_threads = 8;
constexpr std::size_t batches_each = 40;

// Eight threads feed batches of `events` while the caller's thread does `meanwhile` until they end.
template <class Meanwhile>
std::vector<Sink> feed_from_threads(Engine& engine, const Events& events, Meanwhile&& meanwhile) {
  std::vector<Sink> sinks(feeding_threads);
  std::vector<std::thread> threads;
  std::atomic<std::size_t> running = feeding_threads;
  for (Sink& sink : sinks)
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < batches_each; ++i)
        EXPECT_EQ(weir_feed(engine, events.data(), events.size(), start, sink, nullptr, nullptr),
                  WEIR_OK);
      --running;
    });
  do meanwhile();
  while (running > 0);
  for (std::thread& thread : threads) thread.join();
  return sinks;
}

TEST(Threads, ReloadsWhileEightFeedLoseAndDoubleNothing) {
  Engine engine(rule(7));
  const FeederBatch fed;
  std::uint32_t loads = 0;
  const auto sinks = feed_from_threads(engine, fed.events, [&] {
    ++loads;
    const std::string document = rule(loads % 3 == 0 ? 7 : 9);
    EXPECT_EQ(weir_load(engine, document.data(), document.size(), nullptr), WEIR_OK);
  });
  Sink last;
  EXPECT_EQ(engine.flush(last), WEIR_OK);
  std::uint64_t aggregated = base_events(last);
  std::uint64_t passed = 0;
  for (const Sink& sink : sinks) {
    aggregated += base_events(sink);
    passed += sink.of_kind(WEIR_OUTPUT_BASE).size();
  }
  const weir_stats stats = engine.stats();
  EXPECT_EQ(stats.events_in, feeding_threads * batches_each * fed.events.size());
  EXPECT_EQ(stats.taken, aggregated);
  EXPECT_EQ(stats.passed, passed);
  EXPECT_EQ(stats.waiting_outputs, 0U);
  EXPECT_GT(loads, 0U);
  EXPECT_TRUE(conserves(engine));
}

TEST(Threads, StatisticsConserveAtEveryMoment) {
  Engine engine(rule(7));
  const FeederBatch fed;
  std::uint64_t before = 0;
  feed_from_threads(engine, fed.events, [&] {
    const weir_stats all = engine.stats();
    EXPECT_EQ(all.events_in, all.rejected + all.filtered + all.passed + all.taken);
    EXPECT_GE(all.events_in, before) << "counters never fall";
    before = all.events_in;
    const weir_rule_stats one = engine.rule_stats(0);
    EXPECT_EQ(one.taken, one.out + one.open_events);
  });
  EXPECT_EQ(engine.stats().events_in, feeding_threads * batches_each * fed.events.size());
}

TEST(Threads, ShareTheirBuckets) {
  Engine engine(rule(8));
  Events events;
  add(events, 1, {{"SourceAddress", text("a")}});
  const auto sinks = feed_from_threads(engine, events, [] {});
  std::size_t outputs = 0;
  for (const Sink& sink : sinks) {
    outputs += sink.seen.size();
    for (const Seen& seen : sink.seen) EXPECT_EQ(seen.fields.at("BaseEventCount"), "8");
  }
  EXPECT_EQ(outputs, feeding_threads * batches_each / 8);
  EXPECT_EQ(engine.stats().open_groups, 0U);
}

}  // namespace
