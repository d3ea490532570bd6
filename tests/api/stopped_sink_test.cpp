// A sink that stops or fails all the time, and a host that goes on feeding: a call offers what is
// kept first and takes nothing in until that has gone, so neither outputs nor memory grow.

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "host.h"

namespace {

using namespace host;

#ifdef WEIR_SANITIZED
constexpr bool measures_memory = false;  // sanitizers keep what is freed
#else
constexpr bool measures_memory = true;
#endif
constexpr std::uint64_t slack = std::uint64_t{4} << 20;  // bytes; a chunk's outputs are far less

std::uint64_t resident_bytes() {
  if (!measures_memory) return 0;
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::int32_t stop(const weir_output&) { return WEIR_STOP; }
std::int32_t fail(const weir_output&) { return WEIR_CALLBACK_FAILED; }

// One in two passes, the others close a bucket each.
struct Input {
  Input() {
    for (int i = 0; i < 20'000; ++i) {
      const std::string source = "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250);
      if (i % 2 == 0)
        lines += "{\"Name\":\"passes\",\"Message\":\"" + std::string(50, 'm') + "\"}\n";
      else
        lines += "{\"SourceAddress\":\"" + source + "\"}\n";
    }
  }
  std::string lines;
};

class StoppedSink : public testing::TestWithParam<std::uint32_t> {};

// STOP takes one output a call, and the next call goes on with what is kept.
TEST_P(StoppedSink, BoundsWhatWaitsHoweverOftenItIsFed) {
  const Input input;
  Engine engine(rule(1));
  Sink sink(GetParam());
  sink.answer = stop;
  std::uint64_t at = 0, outputs = 0, calls = 0, before = 0, waiting = 0;
  std::int32_t status = WEIR_STOPPED;
  while (status == WEIR_STOPPED || at < input.lines.size()) {
    const std::uint64_t events_in = engine.stats().events_in;
    engine.cursor = {sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    status = engine.feed_lines(std::string_view(input.lines).substr(at), start, sink);
    at += engine.cursor.consumed;
    const weir_stats now = engine.stats();
    ASSERT_LE(now.waiting_outputs, std::uint64_t{WEIR_CHUNK_EVENTS});
    ASSERT_TRUE(waiting == 0 || now.events_in == events_in) << "it took more than it gave";
    ASSERT_LE(sink.seen.size(), 1U);
    for (const Seen& seen : sink.seen) outputs += seen.count;
    sink.seen.clear();
    waiting = now.waiting_outputs;
    if (++calls == 4) before = resident_bytes();
    ASSERT_LT(calls, 50'000U);
  }
  EXPECT_LE(resident_bytes(), before + slack);
  EXPECT_EQ(outputs, 20'000U);
  EXPECT_EQ(engine.stats().events_in, 20'000U);
  EXPECT_TRUE(conserves(engine));
}

TEST_P(StoppedSink, ThatFailsKeepsWhatItWasOfferedAndNothingMore) {
  const Input input;
  Engine engine(rule(1));
  Sink sink(GetParam());
  sink.answer = fail;
  EXPECT_EQ(engine.feed_lines(input.lines, start, sink), WEIR_CALLBACK_FAILED);
  const std::uint64_t consumed = engine.cursor.consumed;
  const weir_stats after = engine.stats();
  EXPECT_LT(consumed, input.lines.size()) << "a chunk at most is taken";
  EXPECT_LE(after.events_in, std::uint64_t{WEIR_CHUNK_EVENTS});
  EXPECT_LE(after.waiting_outputs, after.events_in);
  std::uint64_t before = 0;
  for (int i = 0; i < 500; ++i) {
    engine.cursor = {sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    ASSERT_EQ(engine.feed_lines(std::string_view(input.lines).substr(consumed), start, sink),
              WEIR_CALLBACK_FAILED);
    ASSERT_EQ(engine.cursor.consumed, 0U);
    ASSERT_EQ(engine.advance(start + i * second, sink), WEIR_CALLBACK_FAILED);
    ASSERT_EQ(engine.flush(sink), WEIR_CALLBACK_FAILED);
    if (i == 100) before = resident_bytes();
  }
  EXPECT_LE(resident_bytes(), before + slack);
  EXPECT_EQ(engine.stats().events_in, after.events_in);
  EXPECT_EQ(engine.stats().waiting_outputs, after.waiting_outputs);
  EXPECT_TRUE(sink.seen.empty());
  // One that takes them has each once.
  sink.answer = nullptr;
  engine.cursor = {sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(engine.feed_lines(std::string_view(input.lines).substr(consumed), start, sink),
            WEIR_OK);
  std::uint64_t outputs = 0;
  for (const Seen& seen : sink.seen) outputs += seen.count;
  EXPECT_EQ(outputs, 20'000U);
  EXPECT_EQ(engine.stats().events_in, 20'000U);
  EXPECT_EQ(engine.stats().waiting_outputs, 0U);
  EXPECT_TRUE(conserves(engine));
}

INSTANTIATE_TEST_SUITE_P(Forms, StoppedSink,
                         testing::Values(std::uint32_t{WEIR_FORM_EVENTS},
                                         std::uint32_t{WEIR_FORM_NDJSON}));

// Loads close buckets without a sink, so what waits grows with what was open, and no further.
TEST(StoppedSink, LoadsAddWhatWasOpenAndNothingElse) {
  Engine engine(rule(100));
  Sink sink;
  Events events;
  for (int i = 0; i < 500; ++i)
    events.add({{"SourceAddress", text("10.0.0." + std::to_string(i))}});
  ASSERT_EQ(engine.feed(events, start, sink), WEIR_OK);
  sink.answer = fail;
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(engine.load(rule(i % 2 == 0 ? 50 : 100)), WEIR_OK);
    ASSERT_EQ(engine.feed(events, start, sink), WEIR_CALLBACK_FAILED);
  }
  EXPECT_EQ(engine.stats().waiting_outputs, 500U);
  EXPECT_EQ(engine.stats().events_in, 500U);
  sink.answer = nullptr;
  ASSERT_EQ(engine.advance(start, sink), WEIR_OK);
  EXPECT_EQ(sink.seen.size(), 500U);
}

}  // namespace
