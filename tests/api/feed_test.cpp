// weir_feed: events that cannot be read are rejected one by one; what filters and keys do.

#include <gtest/gtest.h>

#include "host.h"

namespace {

using namespace host;

// Feeds a good event, the given one and another good one: only the one between is rejected.
std::string reject(const weir_event& event) {
  Engine engine(rule(100));
  Events good{{{"SourceAddress", text("a")}}};
  const weir_event events[] = {good.data()[0], event, good.data()[0]};
  Sink sink;
  EXPECT_EQ(engine.feed(events, 3, start, sink), WEIR_OK) << engine.message();
  EXPECT_EQ(engine.consumed, 3U);
  EXPECT_EQ(engine.stats().taken, 2U);
  EXPECT_EQ(engine.stats().rejected, 1U);
  EXPECT_TRUE(conserves(engine));
  if (sink.seen.size() != 1) return "not rejected";
  EXPECT_EQ(sink.seen[0].kind, std::uint32_t{WEIR_OUTPUT_REJECTED});
  EXPECT_EQ(sink.seen[0].cookie, event.cookie);
  EXPECT_TRUE(sink.seen[0].fields.empty());
  return sink.seen[0].message;
}

// The last row of a portion, which has no room for what `map:` reads: found by the address
// sanitizer.
TEST(Feed, EnrichesAnEventThatPassesBesideAMapping) {
  Engine engine(
      "map: {src: SourceAddress, a.b: Message, p: {field: DestinationPort, values: {x: 443}},\n"
      "  t: {field: Timestamp, time: seconds}}\n"
      "enrichment:\n  - {name: mark, type: constant, value: c, target: Name}\n");
  Events events{{{"SourceAddress", text("a")}}};
  Sink sink;
  EXPECT_EQ(engine.feed(events, start, sink), WEIR_OK) << engine.message();
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].fields.at("Name"), "c");
  EXPECT_EQ(sink.seen[0].fields.at("SourceAddress"), "a");
}

// As many as are looked at ahead of their turn: found by the undefined behaviour sanitizer.
TEST(Feed, TakesEventsWithoutFieldsWhoseAddressIsNull) {
  Engine engine(rule(100));
  const std::vector<weir_event> events(12, weir_event{nullptr, 0, 5});
  Sink sink;
  EXPECT_EQ(engine.feed(events.data(), events.size(), start, sink), WEIR_OK) << engine.message();
  EXPECT_EQ(engine.stats().passed, events.size());
  EXPECT_EQ(sink.seen.size(), events.size());
}

TEST(Feed, RejectsAnEventOfTooManyFields) {
  const std::vector<weir_field> fields(WEIR_MAX_FIELDS + 1, field("BytesIn", number(1)));
  EXPECT_EQ(reject({fields.data(), fields.size(), 9}), "more than 4096 fields");
  Engine engine(rule(100));
  const weir_event most{fields.data(), WEIR_MAX_FIELDS, 0};
  Sink sink;
  engine.feed(&most, 1, start, sink);
  EXPECT_EQ(engine.stats().rejected, 0U);
}

TEST(Feed, RejectsAnEventOfTooManyBytes) {
  const std::string text(WEIR_MAX_EVENT_BYTES, 'x');
  const weir_field whole{id("Message"), WEIR_TEXT, text.size(), address_of(text.data())};
  const weir_field more{id("Name"), WEIR_TEXT, 1, address_of(text.data())};
  const weir_field fields[] = {whole, more};
  EXPECT_EQ(reject({fields, 2, 9}), "more than 4 MiB");
  Engine engine(rule(100));
  const weir_event most{fields, 1, 0};
  Sink sink;
  engine.feed(&most, 1, start, sink);
  EXPECT_EQ(engine.stats().rejected, 0U);
}

TEST(Feed, CountsTheBytesOfAnArraysTexts) {
  const std::string half(WEIR_MAX_EVENT_BYTES / 2 + 1, 'x');
  const weir_text texts[] = {{half.data(), half.size()}, {half.data(), half.size()}};
  const weir_field list{id("SA.list"), WEIR_TEXT_ARRAY, 2, address_of(texts)};
  EXPECT_EQ(reject({&list, 1, 9}), "more than 4 MiB");
}

TEST(Feed, RejectsFieldsThatCannotBeRead) {
  const auto one = [](const weir_field& field) { return reject({&field, 1, 9}); };
  EXPECT_EQ(one({UINT32_MAX, WEIR_INTEGER, 0, 1}), "a field's id is none that weir_field_id gave");
  EXPECT_EQ(one({id("Name"), 9, 0, 1}), "a field's kind is unknown");
  EXPECT_EQ(one({id("Name"), WEIR_TEXT, 1, 0}), "the address of a field's text is NULL");
  EXPECT_EQ(one({id("SA.list"), WEIR_TEXT_ARRAY, 1, 0}), "the address of a field's text is NULL");
  const weir_text without{nullptr, 3};
  EXPECT_EQ(one({id("SA.list"), WEIR_TEXT_ARRAY, 1, address_of(&without)}),
            "the address of a field's text is NULL");
  EXPECT_EQ(one({id("Name"), WEIR_TEXT, UINT64_MAX, 8}), "more than 4 MiB");
  EXPECT_EQ(one({id("NA.list"), WEIR_INTEGER_ARRAY, WEIR_MAX_EVENT_BYTES / 8 + 1, 8}),
            "more than 4 MiB");
  EXPECT_EQ(reject({nullptr, 1, 9}), "the address of its fields is NULL");
  EXPECT_EQ(reject({nullptr, 3, 9}), "the address of its fields is NULL");
}

TEST(Feed, OfTwoFieldsWithOneIdCountsTheLast) {
  Engine engine(rule(2));
  Events events{{{"SourceAddress", text("a")}, {"SourceAddress", text("b")}},
                {{"SourceAddress", text("b")}}};
  Sink sink;
  engine.feed(events, start, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].fields.at("SourceAddress"), "b");
}

TEST(Feed, CountsAValueThatDoesNotConvertAndGoesOn) {
  Engine engine(rule(1, 10, "sum_fields: [BytesIn]"));
  Events events{{{"SourceAddress", text("a")}, {"BytesIn", text("many")}}};
  Sink sink;
  engine.feed(events, start, sink);
  EXPECT_EQ(engine.stats().conversion_errors, 1U);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_FALSE(sink.seen[0].fields.contains("BytesIn"));
}

TEST(Feed, GivesEveryEventToExactlyOneFate) {
  Engine engine("filter: not Name = 'noise'\n" + rule(100));
  const weir_field bad{UINT32_MAX, WEIR_INTEGER, 0, 1};
  Events events;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    if (i % 5 == 0)
      events.add(weir_event{&bad, 1, i});
    else if (i % 5 == 1)
      events.add({{"SourceAddress", text("a")}, {"Name", text("noise")}});
    else if (i % 5 == 2)
      events.add({{"Name", text("no address")}});
    else
      events.add({{"SourceAddress", text("a")}});
  }
  Sink sink;
  engine.feed(events, start, sink);
  const weir_stats stats = engine.stats();
  EXPECT_EQ(stats.events_in, 2000U);
  EXPECT_EQ(stats.rejected, 400U);
  EXPECT_EQ(stats.filtered, 400U);
  EXPECT_EQ(stats.passed, 400U);
  EXPECT_EQ(stats.taken, 800U);
  EXPECT_EQ(sink.of_kind(WEIR_OUTPUT_REJECTED).size(), 400U);
  EXPECT_EQ(sink.of_kind(WEIR_OUTPUT_BASE).size(), 400U);
  EXPECT_EQ(sink.of_kind(WEIR_OUTPUT_AGGREGATED).size(), 8U);
}

// The names of the events that the engine's own filter keeps.
std::string names_kept(std::string_view document) {
  Engine engine(document);
  Events events{{{"Name", text("a")}, {"DestinationPort", number(1)}},
                {{"Name", text("b")}, {"DestinationPort", text("")}},
                {{"Name", text("c")}},
                {{"Name", text("d")}, {"DestinationPort", text("x")}}};
  Sink sink;
  engine.feed(events, start, sink);
  std::string names;
  for (const Seen& seen : sink.seen) names += seen.fields.at("Name");
  return names;
}

TEST(OwnFilter, KeepsOrDropsWhatMatches) {
  EXPECT_EQ(names_kept("filter: Name = ['a', 'c']\n"), "ac");
  EXPECT_EQ(names_kept("filter: Name = ['a', 'c']\npolarity: keep\n"), "ac");
  EXPECT_EQ(names_kept("filter: Name = ['a', 'c']\npolarity: drop\n"), "bd");
}

TEST(OwnFilter, EqualToNothingIsTrueOfAnAbsentFieldOfAnyType) {
  EXPECT_EQ(names_kept("filter: DestinationPort = ''\n"), "bcd");
  EXPECT_EQ(names_kept("filter: DestinationPort = ['', 1]\n"), "abcd");
  EXPECT_EQ(names_kept("filter: SourceAddress = ''\n"), "abcd");
  EXPECT_EQ(names_kept("filter: not DestinationPort = ''\n"), "a");
  EXPECT_EQ(names_kept("filter: SourceAddress = Message\n"), "")
      << "two absent fields are not equal";
  EXPECT_EQ(names_kept("filter: SourceAddress startsWith ''\n"), "");
}

TEST(Key, ThatCollidesAsJoinedTextStaysApart) {
  Engine engine(
      "aggregation: [{name: r, identical_fields: [SourceUserName, DestinationUserName]}]");
  Events events{{{"SourceUserName", text("ab")}, {"DestinationUserName", text("c")}},
                {{"SourceUserName", text("a")}, {"DestinationUserName", text("bc")}},
                {{"SourceUserName", text("abc")}},
                {{"DestinationUserName", text("abc")}}};
  Sink sink;
  engine.feed(events, start, sink);
  EXPECT_EQ(engine.stats().open_groups, 4U);
}

TEST(Key, IsCopiedUnchanged) {
  Engine engine(
      "aggregation: [{name: r, threshold: 1, "
      "identical_fields: [SourceAddress, DestinationPort, DeviceCustomFloatingPoint1]}]");
  Events events{{{"SourceAddress", text("::ffff:1.2.3.4")}, {"DestinationPort", number(443)}},
                {{"SourceAddress", text("1.2.3.4")}, {"DeviceCustomFloatingPoint1", 0.5}},
                {{"SourceAddress", text("010.0.0.01")}}};
  Sink sink;
  engine.feed(events, start, sink);
  ASSERT_EQ(sink.seen.size(), 3U);
  EXPECT_EQ(sink.seen[0].fields.at("SourceAddress"), "::ffff:1.2.3.4");
  EXPECT_EQ(sink.seen[0].fields.at("DestinationPort"), "443");
  EXPECT_EQ(sink.seen[1].fields.at("SourceAddress"), "1.2.3.4");
  EXPECT_EQ(sink.seen[1].fields.at("DeviceCustomFloatingPoint1"), "0.500000");
  EXPECT_EQ(sink.seen[2].fields.at("SourceAddress"), "010.0.0.01");
}

TEST(AggregatedEvent, SaysHowManyAndFromWhenToWhen) {
  Engine engine(rule(3));
  Events events{{{"SourceAddress", text("a")}, {"Timestamp", number(5'000)}},
                {{"SourceAddress", text("a")}, {"Timestamp", number(4'000)}},
                {{"SourceAddress", text("a")}}};
  Sink sink;
  engine.feed(events, start, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  const auto& fields = sink.seen[0].fields;
  EXPECT_EQ(fields.at("Type"), "2");
  EXPECT_EQ(fields.at("BaseEventCount"), "3");
  EXPECT_EQ(fields.at("StartTime"), "4000");
  EXPECT_EQ(fields.at("EndTime"), std::to_string(start / 1'000'000)) << "no time: the clock's";
  EXPECT_EQ(fields.at("Timestamp"), std::to_string(start / 1'000'000));
  EXPECT_EQ(fields.at("TenantName"), "Main");
  EXPECT_EQ(fields.at("AggregationRuleName"), "by source");
  EXPECT_EQ(fields.at("ID").size(), 36U);
}

// KUMA's own filters ask for Type, which no source sends.
TEST(Feed, AnEventThatSaysNoTypeIsABaseEventToFilters) {
  Engine engine("filter: Type = ['1', '2']\n");
  const Events events{{{"Name", text("none")}},
                      {{"Name", text("base")}, {"Type", number(1)}},
                      {{"Name", text("correlated")}, {"Type", number(3)}}};
  const Sink sink;
  ASSERT_EQ(engine.feed(events, start, sink), WEIR_OK) << engine.message();
  const auto passed = sink.of_kind(WEIR_OUTPUT_BASE);
  ASSERT_EQ(passed.size(), 2U);
  EXPECT_EQ(passed[0].fields.count("Type"), 0U);  // it leaves as it came
  const Sink lines(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines("{\"Name\":\"none\"}\n{\"Type\":4}\n", start, lines), WEIR_OK);
  EXPECT_EQ(lines.bytes(), "{\"Name\":\"none\"}\n");
}

}  // namespace
