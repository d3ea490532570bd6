// What `keep` gathers in Extra, of lines and of records: the last of a key, and never without end.

#include <gtest/gtest.h>

#include <vector>

#include "members.h"

namespace {

using namespace host;

const std::string keep_map = "map: {keep: true, a.1: Message}\n";

std::string kept_of_line(const std::string& line) {
  Engine engine(keep_map);
  Sink sink(WEIR_FORM_NDJSON);
  EXPECT_EQ(engine.feed_lines(line + "\n", start, sink), WEIR_OK) << engine.message();
  return sink.bytes();
}

std::string kept_of_record(const std::vector<weir_member>& members,
                           const std::string& map = keep_map) {
  Engine engine(map);
  Sink sink(WEIR_FORM_NDJSON);
  weir_record record{};
  record.members = members.data();
  record.member_count = members.size();
  EXPECT_EQ(weir_feed_records(engine, &record, 1, start, sink, nullptr, &engine.error), WEIR_OK)
      << engine.message();
  for (const Seen& rejected : sink.of_kind(WEIR_OUTPUT_REJECTED)) ADD_FAILURE() << rejected.message;
  return sink.bytes();
}

std::string kept_of_record(const Members& texts) { return kept_of_record(members_of(texts)); }

TEST(Kept, TheLastOfTwoMembersCountsWholeAlsoWhenItIsEmpty) {
  EXPECT_EQ(kept_of_line(R"({"x":"1","x":"2"})"), "{\"Extra\":{\"x\":\"2\"}}\n");
  EXPECT_EQ(kept_of_line(R"({"x":"1","x":""})"), "{}\n");
  EXPECT_EQ(kept_of_line(R"({"x":"1","y":2,"x":null})"), "{\"Extra\":{\"y\":\"2\"}}\n");
  EXPECT_EQ(kept_of_line(R"({"o":{"x":1,"p":{"z":0}},"o":{"y":2}})"),
            "{\"Extra\":{\"o.y\":\"2\"}}\n");
  EXPECT_EQ(kept_of_line(R"({"o":{"x":1},"o":3})"), "{\"Extra\":{\"o\":\"3\"}}\n");
  EXPECT_EQ(kept_of_line(R"({"o.x":5,"o":{"x":1},"o":{"y":2}})"),
            "{\"Extra\":{\"o.x\":\"5\",\"o.y\":\"2\"}}\n");
}

TEST(Kept, OfRecordsTheLastCountsHoweverLongItsKeyIs) {
  const std::string key(1000, 'k');
  EXPECT_EQ(kept_of_record({{"x", "1"}, {"x", "2"}}), "{\"Extra\":{\"x\":\"2\"}}\n");
  EXPECT_EQ(kept_of_record({{"x", "1"}, {"x", ""}}), "{}\n");
  EXPECT_EQ(kept_of_record({{key, "1"}, {"y", "3"}, {key, "2"}}),
            "{\"Extra\":{\"y\":\"3\",\"" + key + "\":\"2\"}}\n");
  EXPECT_EQ(kept_of_record({{key, "1"}, {key, ""}}), "{}\n");
}

// Of keys that no other test names as fields, which would come behind the others.
TEST(Kept, IsOfExtraByItsKeyAlone) {
  EXPECT_EQ(kept_of_line(R"({"Extra.kept":"1","Extra.o":{"p":2},"Extra":{"Extra.q":"3"}})"),
            "{\"Extra\":{\"Extra.q\":\"3\",\"kept\":\"1\",\"o.p\":\"2\"}}\n");
  EXPECT_EQ(kept_of_line(R"({"Extra.kept":"1","kept":null})"), "{}\n");
  EXPECT_EQ(kept_of_record({{"Extra.kept", "1"}, {"kept", ""}}), "{}\n");
  EXPECT_EQ(kept_of_record({{"Extra.kept", "1"}}), "{\"Extra\":{\"kept\":\"1\"}}\n");
  EXPECT_EQ(kept_of_record({{"Extra.kept", "1"}, {"kept", "2"}}), "{\"Extra\":{\"kept\":\"2\"}}\n");
}

TEST(Kept, OfTwoArraysTheLastCountsWhole) {
  const weir_text two[] = {{"x", 1}, {"y", 1}}, one[] = {{"z", 1}};
  EXPECT_EQ(kept_of_record({{"a", 1, WEIR_TEXT_ARRAY, 2, address_of(two)},
                            {"a", 1, WEIR_TEXT_ARRAY, 1, address_of(one)}}),
            kept_of_line(R"({"a":["x","y"],"a":["z"]})"));
}

// Each member of an object has its key before its own: four megabytes of line would be a hundred
// gigabytes of keys.
TEST(Kept, TakesNoMoreThanAnEventMay) {
  std::string line = "{\"" + std::string(1'000'000, 'k') + "\":{\"0\":0";
  for (int i = 1; i < 100'000; ++i) line += ",\"" + std::to_string(i) + "\":{\"x\":1}";
  const std::string kept = kept_of_line(line + "}}");
  EXPECT_GT(kept.size(), 1'000'000u);
  EXPECT_LT(kept.size(), std::size_t{WEIR_MAX_EVENT_BYTES} + 1000);
}

// An event is good or bad whatever is mapped: its fields may take more room than it did.
TEST(Kept, AndMappedFieldsDoNotMakeARecordTooLarge) {
  const std::string quotes(2'500'000, '"');
  const weir_member member{"q", 1, WEIR_TEXT, quotes.size(), address_of(quotes.data())};
  EXPECT_GT(kept_of_record({member}).size(), 2 * quotes.size());
  EXPECT_GT(kept_of_record({member}, "map: {q: [Message, Name]}\n").size(), 4 * quotes.size());
}

}  // namespace
