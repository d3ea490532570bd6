// Events that wait for answers, and answers that wait for them, within the engine's bounds.

#include <gtest/gtest.h>

#include <algorithm>

#include "asked.h"

namespace {

using namespace host;

std::string padded_lines(std::size_t first, std::size_t count, std::size_t size) {
  std::string text;
  for (std::size_t i = first; i < first + count; ++i)
    text += "{\"SourceAddress\":\"10.1." + std::to_string(i / 256 % 256) + "." +
            std::to_string(i % 256) + "\",\"Name\":\"wait\",\"Message\":\"" +
            std::string(size, 'm') + "\"}\n";
  return text;
}

// One of those that open a bucket, and are not asked about.
std::string group(std::size_t number) {
  return "{\"DeviceHostName\":\"" + std::to_string(number) + "\",\"Name\":\"group\"}\n";
}

const std::string one_mebibyte = "bounds: {max_bytes: 1MiB}\n";
const std::string asks_some = "    filter: \"Name = 'wait'\"\n";

// 512 KiB may wait: of events of 10,000 bytes no more than 52.
TEST(HeldBound, EventsBeyondHalfOfMaxBytesGoOnWithoutAnAnswer) {
  LookupServer server(silent);
  Engine engine(one_mebibyte + asking(server.port(), "    timeout: 1h\n"));
  Sink sink(WEIR_FORM_NDJSON), rest(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines(padded_lines(0, 200, 10'000), start, sink), WEIR_OK)
      << engine.message();
  const std::uint64_t held = engine.stats().held_events;
  EXPECT_GT(held, 45U);
  EXPECT_LE(held, 52U);
  EXPECT_EQ(engine.enrichment_stats().queue_full, 200 - held);
  EXPECT_EQ(engine.enrichment_stats().errors, 200 - held);
  ASSERT_EQ(engine.feed_lines(padded_lines(200, 50, 10'000), start, sink), WEIR_OK);
  EXPECT_EQ(engine.stats().held_events, held);
  // Those that go make room.
  ASSERT_EQ(engine.flush(rest, 0), WEIR_OK);
  EXPECT_EQ(engine.stats().held_events, 0U);
  const auto count = [](const Sink& of) {
    const std::string bytes = of.bytes();
    return static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  };
  EXPECT_EQ(count(sink), 250 - held);
  EXPECT_EQ(count(rest), held);
  ASSERT_EQ(engine.feed_lines(padded_lines(0, 10, 10'000), start, sink), WEIR_OK);
  EXPECT_EQ(engine.stats().held_events, 10U);
}

TEST(HeldBound, BucketsCloseEarlierByAsMuchAsIsHeld) {
  LookupServer server(silent);
  Engine engine(one_mebibyte +
                "aggregation:\n  - {name: g, identical_fields: [DeviceHostName], lifetime: 3600, "
                "threshold: 100, filter: \"Name = 'group'\"}\n" +
                asking(server.port(), "    timeout: 1h\n" + asks_some));
  Sink sink;
  std::size_t number = 0;
  const auto fill = [&] {
    std::string text;
    for (const std::size_t end = number + 20'000; number < end; ++number) text += group(number);
    ASSERT_EQ(engine.feed_lines(text, start, sink), WEIR_OK) << engine.message();
  };
  fill();
  const weir_stats before = engine.stats();
  EXPECT_GT(before.closed_evicted, 0U);
  EXPECT_GT(before.open_bytes, 900U << 10);
  ASSERT_EQ(engine.feed_lines(padded_lines(0, 40, 10'000), start, sink), WEIR_OK);
  EXPECT_EQ(engine.stats().held_events, 40U);
  fill();
  EXPECT_LE(engine.stats().open_bytes, (1024U << 10) - 400'000);
  EXPECT_GT(engine.stats().open_bytes, 400U << 10);
  ASSERT_EQ(engine.flush(sink, 0), WEIR_OK);
  fill();
  EXPECT_GT(engine.stats().open_bytes, 900U << 10) << "what was held counts no more";
  EXPECT_TRUE(conserves(engine));
}

// What the cache has needs no room.
TEST(HeldBound, AnswersOfTheCacheAreGivenAllTheSame) {
  LookupServer server([](std::string_view request) {
    const bool known = request.find("10.1.0.1|") != std::string_view::npos;
    return Reply{.bytes = known ? detection("Botnet", "10.1.0.1") + std::string(finish_line) : "",
                 .silent = !known};
  });
  Engine engine(one_mebibyte + asking(server.port(), "    timeout: 1h\n    cache_ttl: 10m\n"));
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines(padded_lines(1, 1, 10), start, sink), WEIR_OK) << engine.message();
  ASSERT_EQ(engine.flush(sink, 60 * second), WEIR_OK);
  ASSERT_EQ(engine.stats().held_events, 0U);
  ASSERT_EQ(engine.feed_lines(padded_lines(2, 200, 10'000), start, sink), WEIR_OK);
  const std::uint64_t full = engine.enrichment_stats().queue_full;
  EXPECT_GT(full, 0U);
  ASSERT_EQ(engine.feed_lines(padded_lines(1, 3, 600'000), start, sink), WEIR_OK);
  EXPECT_EQ(engine.enrichment_stats().queue_full, full + 2);
  EXPECT_EQ(engine.enrichment_stats().cache_hits, 1U);
}

}  // namespace
