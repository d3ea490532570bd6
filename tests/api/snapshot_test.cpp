// Snapshots and restoring: what comes out afterwards is what would have come out.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "every_option.h"
#include "snapshots.h"

namespace {

using namespace host;

void go_on_from_snapshots(std::uint32_t clock, std::uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Stream stream(seed);
  Engine undisturbed(all_options, clock);
  auto engine = std::make_unique<Engine>(all_options, clock);
  Sink expected, got;
  std::int64_t now = start;
  for (int step = 0; step < 30 && !testing::Test::HasFailure(); ++step) {
    now += static_cast<std::int64_t>(stream.below(3 * second));
    if (stream.below(10) == 0 && clock == WEIR_CLOCK_HOST) now -= 7200 * second;
    Events events;
    for (std::uint64_t count = stream.below(200); count > 0; --count) stream.add_to(events, now);
    ASSERT_EQ(undisturbed.feed(events, now, expected), WEIR_OK) << undisturbed.message();
    ASSERT_EQ(engine->feed(events, now, got), WEIR_OK) << engine->message();
    if (stream.below(2) == 0) {
      const std::string bytes = snapshot(*engine);
      // Taking one changes nothing, and the same state is the same bytes.
      ASSERT_EQ(bytes, snapshot(*engine));
      engine = std::make_unique<Engine>(all_options, clock);
      ASSERT_EQ(restore(*engine, bytes), WEIR_OK) << engine->message();
    }
    expect_same_counters(undisturbed, *engine, 3);
    ASSERT_TRUE(conserves(*engine));
  }
  undisturbed.flush(expected);
  engine->flush(got);
  EXPECT_EQ(expected.seen, got.seen);
  expect_same_counters(undisturbed, *engine, 3);
  EXPECT_GT(got.seen.size(), 100U);
}

TEST(Snapshot, AnEngineGoesOnAsIfNothingHadHappened) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    go_on_from_snapshots(WEIR_CLOCK_HOST, seed);
    go_on_from_snapshots(WEIR_CLOCK_EVENT, seed);
  }
}

TEST(Snapshot, OfANewEngineIsOneToo) {
  Engine first(rule(2)), second_engine(rule(2));
  ASSERT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
  expect_same_counters(first, second_engine, 1);
  // It is still new: nothing was fed.
  ASSERT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
}

TEST(Snapshot, OfAnotherInstanceIsRestoredWithAWarning) {
  Engine first(rule(2));
  std::string log;
  weir_engine_options options{};
  options.struct_size = sizeof options;
  options.instance = {"other", 5};
  options.log = [](void* user, std::uint32_t level, const char* text, std::uint64_t size) {
    if (level == WEIR_LOG_WARNING) static_cast<std::string*>(user)->append(text, size);
  };
  options.log_user = &log;
  weir_engine* other = nullptr;
  ASSERT_EQ(weir_create_engine(&options, &other, nullptr), WEIR_OK);
  const std::string bytes = snapshot(first);
  EXPECT_EQ(weir_restore(other, bytes.data(), bytes.size(), nullptr), WEIR_OK);
  EXPECT_NE(log.find("taken by instance 'test', and this is 'other'"), std::string::npos) << log;
  EXPECT_EQ(weir_destroy_engine(other, nullptr), WEIR_OK);
}

// Entries that came with the document live from the first moment of the clock on, and that is the
// first engine's.
TEST(Snapshot, EntriesOfLookupsLiveAsLongAsTheyWouldHave) {
  const std::string document =
      "active_lists: {known: {ttl: 60, columns: [by], entries: {10.0.0.1: {by: hand}}}}\n"
      "filter: inActiveList('known', SourceAddress)\n";
  Sink sink;
  Events events{{{"SourceAddress", text("10.0.0.1")}}};
  Engine first(document);
  ASSERT_EQ(first.feed(events, start, sink), WEIR_OK) << first.message();
  ASSERT_EQ(first.advance(start + 50 * second, sink), WEIR_OK);
  Engine second_engine(document);
  ASSERT_EQ(restore(second_engine, snapshot(first)), WEIR_OK) << second_engine.message();
  ASSERT_EQ(second_engine.feed(events, start + 59 * second, sink), WEIR_OK);
  EXPECT_EQ(second_engine.stats().passed, 2U);
  ASSERT_EQ(second_engine.feed(events, start + 61 * second, sink), WEIR_OK);
  EXPECT_EQ(second_engine.stats().passed, 2U);
  EXPECT_EQ(second_engine.stats().filtered, 1U);
}

// Whatever moment it is taken at, it holds every event that was applied before it, once.
TEST(Snapshot, IsWholeWhileFourThreadsFeed) {
  constexpr std::size_t threads = 4, calls = 30;
  Engine engine(rule(7, 10, "unique_fields: [DeviceAction]"));
  Events events;
  for (int i = 0; i < 1500; ++i)
    events.add({{"SourceAddress", text("10.0.0." + std::to_string(i % 200))},
                {"DeviceAction", text(i % 2 == 0 ? "allow" : "deny")}});
  std::vector<std::unique_ptr<Sink>> sinks;
  for (std::size_t i = 0; i < threads; ++i) sinks.push_back(std::make_unique<Sink>());
  std::atomic<std::size_t> running = threads;
  std::vector<std::thread> feeding;
  for (std::size_t i = 0; i < threads; ++i)
    feeding.emplace_back([&, i] {
      for (std::size_t call = 0; call < calls; ++call)
        EXPECT_EQ(
            weir_feed(engine, events.data(), events.size(), start, *sinks[i], nullptr, nullptr),
            WEIR_OK);
      --running;
    });
  std::vector<std::string> taken;
  do taken.push_back(snapshot(engine));
  while (running > 0);
  for (std::thread& thread : feeding) thread.join();
  taken.push_back(snapshot(engine));
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < taken.size(); i += taken.size() / 20 + 1) {
    Engine restored(rule(7, 10, "unique_fields: [DeviceAction]"));
    ASSERT_EQ(restore(restored, taken[i]), WEIR_OK) << restored.message();
    ASSERT_TRUE(conserves(restored));
    const weir_stats stats = restored.stats();
    EXPECT_EQ(stats.events_in, stats.taken);
    EXPECT_GE(stats.events_in, before);
    before = stats.events_in;
    // What was open leaves, each event once.
    Sink sink;
    ASSERT_EQ(restored.flush(sink), WEIR_OK);
    std::uint64_t out = 0;
    for (const Seen& seen : sink.seen) out += std::stoull(seen.fields.at("BaseEventCount"));
    EXPECT_EQ(out, stats.open_events);
  }
  EXPECT_EQ(engine.stats().events_in, threads * calls * events.size());
}

}  // namespace
