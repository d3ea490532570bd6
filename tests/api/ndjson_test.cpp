// weir_feed_ndjson: lines, pieces of lines, lines that cannot be read.

#include <gtest/gtest.h>

#include "host.h"

namespace {

using namespace host;

TEST(Ndjson, PassesLinesAsTheBytesThatCame) {
  Engine engine;
  Sink sink(WEIR_FORM_NDJSON);
  const std::string lines =
      "{\"b\" :1.00, \"a\":[ ],\"\\u0041\":\"\\/\"}\n  {\"Name\":\"\xD0\xB8\"}\t\n{}\n";
  EXPECT_EQ(engine.feed_lines(lines, start, sink), WEIR_OK);
  EXPECT_EQ(sink.bytes(), lines);
  EXPECT_EQ(sink.seen.at(0).count, 3U);
  EXPECT_EQ(engine.cursor.consumed, lines.size());
  EXPECT_EQ(engine.cursor.lines, 3U);
}

TEST(Ndjson, LeavesALineThatHasNotEnded) {
  Engine engine;
  Sink sink(WEIR_FORM_NDJSON);
  const std::string first = "{\"a\":1}\n";
  EXPECT_EQ(engine.feed_lines(first + "{\"a\":", start, sink), WEIR_OK);
  EXPECT_EQ(engine.cursor.consumed, first.size());
  EXPECT_EQ(engine.cursor.lines, 1U);
  EXPECT_EQ(engine.feed_lines("{\"a\":2}", start, sink), WEIR_OK);
  EXPECT_EQ(engine.cursor.consumed, 0U);
  EXPECT_EQ(engine.feed_lines("{\"a\":2}", start, sink, WEIR_LAST), WEIR_OK);
  EXPECT_EQ(engine.cursor.consumed, 7U);
  EXPECT_EQ(engine.cursor.lines, 2U);
  EXPECT_EQ(sink.bytes(), "{\"a\":1}\n{\"a\":2}\n");
}

TEST(Ndjson, GivesTheSameHoweverTheBytesAreCut) {
  std::string lines;
  for (int i = 0; i < 40; ++i)
    lines += i % 9 == 4 ? "bad\n" : "{\"SourceAddress\":\"" + std::to_string(i % 3) + "\"}\n\n";
  Sink whole(WEIR_FORM_NDJSON);
  {
    Engine engine(rule(2));
    engine.feed_lines(lines, start, whole, WEIR_LAST);
  }
  for (std::size_t piece = 1; piece < 60; ++piece) {
    Engine engine(rule(2));
    Sink sink(WEIR_FORM_NDJSON);
    std::string buffer;
    for (std::size_t at = 0; at < lines.size(); at += piece) {
      buffer += lines.substr(at, piece);
      ASSERT_EQ(engine.feed_lines(buffer, start, sink), WEIR_OK);
      buffer.erase(0, engine.cursor.consumed);
    }
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(sink.bytes(), whole.bytes()) << "pieces of " << piece;
    EXPECT_EQ(sink.of_kind(WEIR_OUTPUT_REJECTED), whole.of_kind(WEIR_OUTPUT_REJECTED));
    EXPECT_EQ(engine.cursor.lines, 76U);
  }
}

TEST(Ndjson, RejectsLinesOneByOneWithTheirNumbers) {
  Engine engine;
  Sink sink(WEIR_FORM_NDJSON);
  std::string deep(70, '['), many = "{";
  for (int i = 0; i < 4097; ++i) many += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
  deep = "{\"a\":" + deep + std::string(70, ']') + "}";
  const std::vector<std::string> bad = {
      "{\"a\":}", "[1]",        "7",           "{\"a\":1} x", "{\"a\":\"\xFF\"}", "{\"a\":1", deep,
      many + "}", "{\"a\":01}", "{\"a\":\"\n", "\"}"};  // the last two: one broken string
  std::string lines;
  for (const std::string& line : bad)
    if (line.back() == '\n')
      lines += line;
    else
      lines += line + "\n{\"good\":1}\n";
  EXPECT_EQ(engine.feed_lines(lines, start, sink), WEIR_OK);
  const auto rejected = sink.of_kind(WEIR_OUTPUT_REJECTED);
  ASSERT_EQ(rejected.size(), bad.size());
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_EQ(rejected[i].line, 2 * i + 1) << rejected[i].message;
  EXPECT_EQ(rejected[0].bytes, bad[0]);
  EXPECT_NE(rejected[0].message.find("column"), std::string::npos) << rejected[0].message;
  for (const Seen& one : rejected) EXPECT_FALSE(one.message.empty());
  EXPECT_EQ(engine.stats().rejected, bad.size());
  EXPECT_EQ(engine.stats().passed, bad.size() - 1);
  EXPECT_TRUE(conserves(engine));
}

TEST(Ndjson, CountsBlankLinesOnlyAsLines) {
  Engine engine;
  Sink sink(WEIR_FORM_NDJSON);
  EXPECT_EQ(engine.feed_lines("\n \t\n\r\n{}\n\n\nx\n\n", start, sink), WEIR_OK);
  EXPECT_EQ(engine.stats().events_in, 2U);
  EXPECT_EQ(engine.cursor.lines, 8U);
  EXPECT_EQ(sink.of_kind(WEIR_OUTPUT_REJECTED).at(0).line, 7U);
}

TEST(Ndjson, TakesCarriageReturnsForSpace) {
  Engine engine(rule(1));
  Sink sink(WEIR_FORM_NDJSON);
  EXPECT_EQ(engine.feed_lines("{\"a\":1}\r\n{\"SourceAddress\":\"a\"}\r\n", start, sink), WEIR_OK);
  EXPECT_EQ(sink.bytes().substr(0, 9), "{\"a\":1}\r\n");
  EXPECT_EQ(engine.stats().taken, 1U);
}

TEST(Ndjson, RejectsALongLineOnceHoweverItComes) {
  const std::string end = "{\"SourceAddress\":\"a\"}\n";
  const std::string start_of_line = "{\"Message\":\"" + std::string(WEIR_MAX_EVENT_BYTES, 'x');
  Engine engine(rule(100));
  Sink sink(WEIR_FORM_NDJSON);
  // At once.
  EXPECT_EQ(engine.feed_lines(start_of_line + "\"}\n" + end, start, sink), WEIR_OK);
  EXPECT_EQ(engine.stats().rejected, 1U);
  EXPECT_EQ(engine.stats().taken, 1U);
  // Its beginning, two pieces of its tail, its end with the next line.
  EXPECT_EQ(engine.feed_lines(start_of_line, start, sink), WEIR_OK);
  EXPECT_EQ(engine.cursor.consumed, start_of_line.size());
  EXPECT_EQ(engine.cursor.lines, 2U);
  EXPECT_EQ(engine.feed_lines("yyy", start, sink), WEIR_OK);
  EXPECT_EQ(engine.cursor.consumed, 3U);
  EXPECT_EQ(engine.feed_lines("{\"SourceAddress\":\"no\"}", start, sink), WEIR_OK);
  EXPECT_EQ(engine.feed_lines("\"}\n" + end, start, sink), WEIR_OK);
  EXPECT_EQ(engine.stats().rejected, 2U);
  EXPECT_EQ(engine.stats().taken, 2U);
  EXPECT_EQ(engine.cursor.lines, 4U);
  const auto rejected = sink.of_kind(WEIR_OUTPUT_REJECTED);
  ASSERT_EQ(rejected.size(), 2U);
  EXPECT_EQ(rejected[1].line, 3U);
  // The source may end in it.
  EXPECT_EQ(engine.feed_lines(start_of_line, start, sink), WEIR_OK);
  EXPECT_EQ(engine.feed_lines("tail", start, sink, WEIR_LAST), WEIR_OK);
  EXPECT_EQ(engine.stats().rejected, 3U);
  EXPECT_EQ(engine.stats().events_in, 5U);
}

TEST(Ndjson, TakesALineOfExactlyTheLimit) {
  std::string line = "{\"Message\":\"";
  line += std::string(WEIR_MAX_EVENT_BYTES - line.size() - 2, 'x') + "\"}";
  ASSERT_EQ(line.size(), std::size_t{WEIR_MAX_EVENT_BYTES});
  Engine engine;
  Sink sink(WEIR_FORM_NDJSON);
  EXPECT_EQ(engine.feed_lines(line, start, sink), WEIR_OK);
  EXPECT_EQ(engine.cursor.consumed, 0U);
  EXPECT_EQ(engine.feed_lines(line + "\n", start, sink), WEIR_OK);
  EXPECT_EQ(engine.stats().passed, 1U);
  EXPECT_EQ(engine.stats().rejected, 0U);
}

TEST(Ndjson, KeepsSourcesApartByTheirCursors) {
  Engine engine;
  Sink sink(WEIR_FORM_NDJSON);
  weir_cursor one{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0}, two = one;
  const auto feed = [&](weir_cursor& cursor, std::string_view bytes) {
    EXPECT_EQ(
        weir_feed_ndjson(engine, bytes.data(), bytes.size(), start, 0, sink, &cursor, nullptr),
        WEIR_OK);
  };
  feed(one, "{}\n{}\n");
  feed(two, "\n\n\n\nbad\n");
  feed(one, "bad\n");
  const auto rejected = sink.of_kind(WEIR_OUTPUT_REJECTED);
  ASSERT_EQ(rejected.size(), 2U);
  EXPECT_EQ(rejected[0].line, 5U);
  EXPECT_EQ(rejected[1].line, 3U);
}

TEST(Ndjson, AsEventsHasTheFieldsOfTheSchemaAndTheLine) {
  Engine engine;
  Sink sink;
  const std::string line =
      "{\"x\":1,\"DestinationPort\":\"443\",\"Extra\":{\"unnamed\":\"v\"},\"Name\":\"n\"}";
  EXPECT_EQ(engine.feed_lines(line + "\n", start, sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].bytes, line);
  const std::map<std::string, std::string> expected{
      {"DestinationPort", "443"}, {"Extra", "{\"unnamed\":\"v\"}"}, {"Name", "n"}};
  EXPECT_EQ(sink.seen[0].fields, expected);
}

// A name that gets its id while lines are being read is seen from then on.
TEST(Ndjson, AsEventsSeesFieldsThatWereNamedLater) {
  Engine engine;
  Sink sink;
  const std::string line = "{\"S.LaterNamed\":\"v\",\"Name\":\"n\"}\n";
  EXPECT_EQ(engine.feed_lines(line, start, sink), WEIR_OK);
  EXPECT_FALSE(sink.seen.at(0).fields.contains("S.LaterNamed")) << "input creates no names";
  id("S.LaterNamed");
  EXPECT_EQ(engine.feed_lines(line, start, sink), WEIR_OK);
  EXPECT_EQ(sink.seen.at(1).fields.at("S.LaterNamed"), "v");
  EXPECT_EQ(sink.seen.at(1).fields.at("Name"), "n");
}

}  // namespace
