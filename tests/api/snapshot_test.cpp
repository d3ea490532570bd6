// Snapshots and restoring: what comes out afterwards is what would have come out, and bytes that
// are not a whole snapshot change nothing.

#include "snapshots.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <atomic>
#include <memory>
#include <random>
#include <thread>

namespace {

using namespace host;

// Each option of a rule is used by one of them.
const std::string all_options = R"(
filters: {logins: "Name = 'login'"}
bounds: {max_groups: 60}
aggregation:
  - name: dedup
    identical_fields: [SourceAddress]
    unique_fields: [DeviceAction, DestinationPort]
    unique_mode: dedup
    unique_as: text
    unique_limit: 3
    threshold: 6
    lifetime: 7
    filter: filter('logins')
  - name: single
    identical_fields: [DestinationPort, DeviceAction]
    single: pass
    missing: pass
    threshold: 4
    lifetime: 3
    output_reason: true
    other_fields: common
    filter: Name = 'single'
  - name: everything else
    identical_fields: [SourceAddress, Name]
    unique_fields: [DeviceAction]
    sum_fields: [BytesIn, DeviceCustomFloatingPoint1, DeviceCustomString1]
    sum_strings: join
    other_fields: last
    threshold: 9
    lifetime: 12
    max_groups: 40
    statistics:
      - {field: BytesOut, function: min, into: N.Least}
      - {field: BytesOut, function: avg, into: F.Mean}
      - {field: DeviceAction, function: distinct, into: N.Actions}
      - {field: Message, function: last, into: S.Last}
)";

class Stream {
 public:
  explicit Stream(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  void add_to(Events& events, std::int64_t now) {
    Fields fields;
    const auto maybe = [&](const char* name, const Scalar& value) {
      if (below(5) != 0) fields.emplace_back(name, value);
    };
    maybe("SourceAddress", text("10.0.0." + std::to_string(below(30))));
    maybe("DestinationPort", number(static_cast<std::int64_t>(below(8))));
    maybe("DeviceAction", text(std::string(1 + below(3), 'a')));
    constexpr const char* names[] = {"login", "single", "other", ""};
    maybe("Name", text(names[below(4)]));
    maybe("BytesIn", number(static_cast<std::int64_t>(below(1000))));
    maybe("BytesOut", below(9) == 0 ? text("none") : number(static_cast<std::int64_t>(below(99))));
    maybe("DeviceCustomFloatingPoint1", 0.1 * static_cast<double>(below(100)));
    maybe("DeviceCustomString1",
          text(below(3) == 0 ? "7" : std::string("x").append(std::to_string(below(50)))));
    maybe("Message", text(std::string(below(40), 'm')));
    maybe("Timestamp", number(now / 1'000'000 + static_cast<std::int64_t>(below(3000)) - 1500));
    events.add(fields);
  }

 private:
  std::mt19937_64 random_;
};

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

TEST(Snapshot, CutOrAlteredAtAnyByteIsRefusedWhole) {
  Sink sink, expected, got;
  Stream stream(1);
  Engine first(all_options);
  Events events;
  for (int i = 0; i < 60; ++i) stream.add_to(events, start);
  ASSERT_EQ(first.feed(events, start, sink), WEIR_OK);
  const std::string bytes = snapshot(first);
  Engine engine(all_options);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    ASSERT_EQ(restore(engine, std::string_view(bytes).substr(0, i)), WEIR_INVALID_SNAPSHOT) << i;
    std::string altered = bytes;
    altered[i] = static_cast<char>(altered[i] ^ 1 << i % 8);
    ASSERT_EQ(restore(engine, altered), WEIR_INVALID_SNAPSHOT) << i;
  }
  for (const std::string_view more : {std::string_view("\0", 1), std::string_view(bytes)})
    EXPECT_EQ(restore(engine, bytes + std::string(more)), WEIR_INVALID_SNAPSHOT);
  // As if it had never been asked.
  Engine untouched(all_options);
  expect_same_counters(engine, untouched, 3);
  ASSERT_EQ(restore(engine, bytes), WEIR_OK) << engine.message();
  ASSERT_EQ(first.flush(expected), WEIR_OK);
  ASSERT_EQ(engine.flush(got), WEIR_OK);
  EXPECT_EQ(expected.seen, got.seen);
}

TEST(Snapshot, SaysWhyItIsRefused) {
  Engine engine(rule(2));
  const std::string bytes = snapshot(engine);
  const auto message = [&](std::string_view given) {
    EXPECT_EQ(restore(engine, given), WEIR_INVALID_SNAPSHOT);
    return engine.message();
  };
  EXPECT_NE(message("").find("not a snapshot"), std::string::npos);
  EXPECT_NE(message("aggregation:\n").find("not a snapshot"), std::string::npos);
  std::string later = bytes;
  later[8] = 2;
  EXPECT_NE(message(later).find("of format 2, and this version knows format 1"), std::string::npos);
  EXPECT_NE(message(bytes.substr(0, 10)).find("truncated"), std::string::npos);
  EXPECT_NE(message(bytes.substr(0, bytes.size() - 1)).find("damaged"), std::string::npos);
  EXPECT_NE(message(bytes + "x").find("damaged"), std::string::npos);
}

// With a checksum that fits.
std::string with_byte(std::string bytes, std::size_t at, char byte) {
  bytes.at(at) = byte;
  XXH128_canonical_t sum;
  const std::size_t size = bytes.size() - sizeof sum;
  XXH128_canonicalFromHash(&sum, XXH3_128bits(bytes.data(), size));
  return bytes.replace(size, sizeof sum, reinterpret_cast<const char*>(&sum), sizeof sum);
}

TEST(Snapshot, WithCountersThatContradictOneAnotherIsRefused) {
  Engine first(rule(2)), second_engine(rule(2));
  Sink sink;
  Events events;
  add(events, 3, {{"SourceAddress", text("10.0.0.1")}});
  ASSERT_EQ(first.feed(events, start, sink), WEIR_OK);
  const std::string bytes = snapshot(first);
  // Behind their number stand counters: ten of the engine, sixteen of a rule.
  const std::string three("\x0a\0\0\0\3\0\0\0\0\0\0\0", 12);
  const std::size_t of_engine = bytes.find(three);
  ASSERT_NE(of_engine, std::string::npos);
  EXPECT_EQ(restore(second_engine, with_byte(bytes, of_engine + 4, 4)), WEIR_INVALID_SNAPSHOT);
  EXPECT_NE(second_engine.message().find("contradict one another"), std::string::npos);
  const std::string taken("\x10\0\0\0\3\0\0\0\0\0\0\0", 12);
  const std::size_t of_rule = bytes.find(taken, of_engine);
  ASSERT_NE(of_rule, std::string::npos);
  EXPECT_EQ(restore(second_engine, with_byte(bytes, of_rule + 4, 4)), WEIR_INVALID_SNAPSHOT);
  EXPECT_NE(second_engine.message().find("contradict its buckets"), std::string::npos);
  EXPECT_EQ(second_engine.stats().events_in, 0U);
  EXPECT_EQ(second_engine.stats().open_groups, 0U);
  EXPECT_EQ(restore(second_engine, bytes), WEIR_OK) << second_engine.message();
}

TEST(Snapshot, GoesIntoANewEngineOnly) {
  Sink sink;
  Engine first(rule(2));
  const std::string bytes = snapshot(first);
  Events events{{{"SourceAddress", text("10.0.0.1")}}};
  Engine fed(rule(2)), advanced(rule(2)), rejecting(rule(2), WEIR_CLOCK_EVENT);
  ASSERT_EQ(fed.feed(events, start, sink), WEIR_OK);
  ASSERT_EQ(advanced.advance(start, sink), WEIR_OK);
  ASSERT_EQ(rejecting.feed_lines("no JSON\n", 0, sink), WEIR_OK);
  for (Engine* const engine : {&fed, &advanced, &rejecting}) {
    EXPECT_EQ(restore(*engine, bytes), WEIR_INVALID_ARGUMENT);
    EXPECT_NE(engine->message().find("was fed or its clock was moved"), std::string::npos);
  }
  // A snapshot that is no good is not looked at first, and what was open is open.
  EXPECT_EQ(restore(fed, "x"), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(fed.stats().open_events, 1U);
}

struct Entering {
  weir_engine* engine;
  int calls = 0;
};

TEST(Snapshot, ItsWriterMayNotEnterTheEngine) {
  Engine engine(rule(2));
  Entering entering{engine};
  const weir_write_fn enter = [](void* user, const char*, std::uint64_t) {
    auto& self = *static_cast<Entering*>(user);
    ++self.calls;
    weir_stats stats{};
    stats.struct_size = sizeof stats;
    std::string bytes;
    EXPECT_EQ(weir_get_stats(self.engine, &stats, nullptr), WEIR_BUSY);
    EXPECT_EQ(weir_snapshot(self.engine, append_bytes, &bytes, nullptr), WEIR_BUSY);
    EXPECT_EQ(weir_restore(self.engine, "", 0, nullptr), WEIR_BUSY);
  };
  EXPECT_EQ(weir_snapshot(engine, enter, &entering, nullptr), WEIR_OK);
  EXPECT_GT(entering.calls, 0);
  EXPECT_EQ(weir_snapshot(engine, nullptr, nullptr, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_restore(engine, nullptr, 5, nullptr), WEIR_INVALID_ARGUMENT);
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
