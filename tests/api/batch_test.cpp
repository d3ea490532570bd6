// Lines read into a batch and fed from it give what weir_feed_ndjson gives.

#include "batch.h"

#include <random>

namespace {

using namespace host;

class Batches : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_batches()) GTEST_SKIP() << "this version of the library does not have batches";
  }
};

// Feeds until it is done; every call that ends early ends with `early`.
void feed_all(Batch& batch, const Sink& sink, std::uint64_t lines_before, std::int32_t early) {
  std::int32_t status = batch.feed(start, sink, lines_before);
  for (int calls = 0; status == early && status != WEIR_OK && calls < 100'000; ++calls)
    status = batch.feed(start, sink, lines_before);
  EXPECT_EQ(status, WEIR_OK) << batch.error.message;
}

void flush_all(Engine& engine, const Sink& sink, std::int32_t early) {
  std::int32_t status = engine.flush(sink);
  for (int calls = 0; status == early && status != WEIR_OK && calls < 100'000; ++calls)
    status = engine.flush(sink);
  EXPECT_EQ(status, WEIR_OK) << engine.message();
}

// Pieces of random sizes, some of many chunks; what has no LF yet goes into the next one.
Taken fed_in_pieces(const std::string& lines, std::uint32_t clock, std::uint64_t seed, Sink& sink,
                    std::int32_t early = WEIR_OK) {
  Engine engine(batch_document, clock);
  Batch batch(engine);
  std::mt19937_64 random(seed);
  std::uint64_t lines_before = 0;
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::size_t size = std::min<std::size_t>(
        rest.size(), 1 + random() % (random() % 4 == 0 ? lines.size() : 2000));
    batch.cursor.lines = 0;
    EXPECT_EQ(batch.read(rest.substr(0, size), size == rest.size() ? WEIR_LAST : 0), WEIR_OK)
        << batch.error.message;
    feed_all(batch, sink, lines_before, early);
    lines_before += batch.cursor.lines;
    rest.remove_prefix(batch.cursor.consumed);
  }
  flush_all(engine, sink, early);
  EXPECT_TRUE(conserves(engine));
  return taken(sink);
}

TEST_F(Batches, GiveTheSameHoweverTheSourceIsCut) {
  for (const std::uint32_t clock : {WEIR_CLOCK_HOST, WEIR_CLOCK_EVENT})
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const std::string lines = mixed_lines(seed, 3000) + "{\"SourceAddress\":\"without LF\"}";
      Sink sink(WEIR_FORM_NDJSON);
      ASSERT_EQ(fed_in_pieces(lines, clock, seed, sink), fed_whole(batch_document, lines, clock))
          << "seed " << seed << ", clock " << clock;
    }
}

TEST_F(Batches, GoOnBehindAStop) {
  const std::string lines = mixed_lines(7, 6000);
  std::uint64_t offers = 0;
  Sink sink(WEIR_FORM_NDJSON);
  sink.answer = [&](const weir_output&) { return ++offers % 3 == 0 ? WEIR_STOP : WEIR_ACCEPT; };
  EXPECT_EQ(fed_in_pieces(lines, WEIR_CLOCK_EVENT, 7, sink, WEIR_STOPPED),
            fed_whole(batch_document, lines, WEIR_CLOCK_EVENT));
  EXPECT_GT(offers, 10U);
}

TEST_F(Batches, GoOnBehindASinkThatFailed) {
  const std::string lines = mixed_lines(8, 6000);
  std::uint64_t offers = 0;
  Sink sink(WEIR_FORM_NDJSON);
  sink.answer = [&](const weir_output&) { return ++offers % 2 == 0 ? 0 : WEIR_ACCEPT; };
  EXPECT_EQ(fed_in_pieces(lines, WEIR_CLOCK_HOST, 8, sink, WEIR_CALLBACK_FAILED),
            fed_whole(batch_document, lines, WEIR_CLOCK_HOST));
  EXPECT_GT(offers, 10U);
}

TEST_F(Batches, ApplyNothingUntilTheyAreFed) {
  Engine engine(batch_document);
  Sink sink(WEIR_FORM_NDJSON);
  const std::string lines = mixed_lines(9, 1000);
  {
    Batch batch(engine);
    EXPECT_EQ(batch.read(lines), WEIR_OK);
    EXPECT_EQ(batch.cursor.consumed, lines.size());
    EXPECT_EQ(batch.cursor.lines, 1000U);
    EXPECT_EQ(engine.stats().events_in, 0U);
  }
  EXPECT_EQ(engine.stats().events_in, 0U) << "a batch that is destroyed forgets what it read";
}

TEST_F(Batches, AreAppliedOnce) {
  Engine engine(batch_document);
  Sink sink(WEIR_FORM_NDJSON);
  const std::string lines = mixed_lines(10, 1500);
  Batch batch(engine);
  EXPECT_EQ(batch.feed(start, sink), WEIR_OK) << "nothing was read";
  EXPECT_EQ(batch.read(lines), WEIR_OK);
  EXPECT_EQ(batch.feed(start, sink), WEIR_OK);
  const std::uint64_t fed = engine.stats().events_in;
  EXPECT_GT(fed, 0U);
  EXPECT_EQ(batch.feed(start, sink), WEIR_OK);
  EXPECT_EQ(engine.stats().events_in, fed);
}

TEST_F(Batches, HoldWhatWasReadLast) {
  Engine engine;
  Sink sink(WEIR_FORM_NDJSON);
  Batch batch(engine);
  EXPECT_EQ(batch.read("{\"a\":1}\n"), WEIR_OK);
  EXPECT_EQ(batch.read("{\"a\":2}\n"), WEIR_OK);
  EXPECT_EQ(batch.feed(start, sink), WEIR_OK);
  EXPECT_EQ(sink.bytes(), "{\"a\":2}\n");
}

TEST_F(Batches, MoveTheClockWhenTheyAreFed) {
  const std::string lines = mixed_lines(11, 4000);
  const std::size_t half = lines.find('\n', lines.size() / 2) + 1;
  const std::string_view first(lines.data(), half),
      second(lines.data() + half, lines.size() - half);
  Engine engine(batch_document, WEIR_CLOCK_EVENT);
  Sink sink(WEIR_FORM_NDJSON);
  Batch one(engine), two(engine);
  EXPECT_EQ(two.read(second, WEIR_LAST), WEIR_OK);
  EXPECT_EQ(one.read(first), WEIR_OK);
  EXPECT_EQ(one.feed(start, sink), WEIR_OK);
  EXPECT_EQ(two.feed(start, sink, one.cursor.lines), WEIR_OK);
  EXPECT_EQ(engine.flush(sink), WEIR_OK);
  EXPECT_EQ(taken(sink), fed_whole(batch_document, lines, WEIR_CLOCK_EVENT));
}

TEST_F(Batches, NumberRejectedLinesBehindTheLinesBefore) {
  Engine engine;
  Sink sink(WEIR_FORM_NDJSON);
  Batch batch(engine);
  EXPECT_EQ(batch.read("{}\n\nbad\n{}\nworse\n"), WEIR_OK);
  EXPECT_EQ(batch.feed(start, sink, 1000), WEIR_OK);
  const auto rejected = sink.of_kind(WEIR_OUTPUT_REJECTED);
  ASSERT_EQ(rejected.size(), 2U);
  EXPECT_EQ(rejected[0].line, 1003U);
  EXPECT_EQ(rejected[0].bytes, "bad");
  EXPECT_EQ(rejected[1].line, 1005U);
}

TEST_F(Batches, CarryATailOfALineThatIsTooLong) {
  const std::string lines =
      "{\"a\":1}\n{\"a\":\"" + std::string(5U << 20U, 'x') + "\"}\n{\"a\":2}\n";
  Sink sink(WEIR_FORM_NDJSON);
  Engine engine(batch_document);
  Batch batch(engine);
  std::uint64_t lines_before = 0;
  for (std::string_view rest = lines; !rest.empty();) {
    batch.cursor.lines = 0;
    ASSERT_EQ(batch.read(rest.substr(0, 4'500'000), rest.size() <= 4'500'000 ? WEIR_LAST : 0),
              WEIR_OK);
    ASSERT_GT(batch.cursor.consumed, 0U);
    feed_all(batch, sink, lines_before, WEIR_OK);
    lines_before += batch.cursor.lines;
    rest.remove_prefix(batch.cursor.consumed);
  }
  EXPECT_EQ(sink.bytes(), "{\"a\":1}\n{\"a\":2}\n");
  const auto rejected = sink.of_kind(WEIR_OUTPUT_REJECTED);
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].line, 2U);
  EXPECT_EQ(lines_before, 3U);
}

// Wide rows are not read ahead for all of a text, but its events are counted.
TEST_F(Batches, CountTheEventsThatAreReadWhenTheyAreFed) {
  std::string document = rule(5, 3);
  document.insert(document.find("identical_fields: [") + 19, [] {
    std::string names;
    for (int i = 0; i < 200; ++i) names += "S.wide" + std::to_string(i) + ", ";
    return names;
  }());
  Engine engine(document);
  Batch batch(engine);
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += i % 4 == 0 ? " \n" : "{\"SourceAddress\":\"a\"}\n";
  ASSERT_EQ(batch.read(lines), WEIR_OK) << batch.error.message;
  EXPECT_EQ(batch.cursor.consumed, lines.size());
  EXPECT_EQ(batch.cursor.lines, 20'000u);
  EXPECT_EQ(batch.cursor.events, 15'000u);
}

}  // namespace
