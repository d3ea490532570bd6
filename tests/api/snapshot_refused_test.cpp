// Bytes that are not a whole snapshot and engines that are not new: nothing changes.

#include <gtest/gtest.h>
#include <xxhash.h>

#include <string>
#include <string_view>

#include "every_option.h"
#include "snapshots.h"

namespace {

using namespace host;

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

}  // namespace
