// Records: events under their source's own keys, which a mapping turns into fields.

#include <gtest/gtest.h>

#include <deque>

#include "batch.h"
#include "host.h"
#include "members.h"

namespace {

using namespace host;

// Records and the memory that they lie in. The cookie is the index, the line the index + 1.
class Records {
 public:
  weir_record& add(Members members, std::string text = "as it came") {
    const Members& kept = kept_.emplace_back(std::move(members));
    const auto& list = members_.emplace_back(members_of(kept));
    const std::string& came = texts_.emplace_back(std::move(text));
    weir_record record{};
    record.members = list.data();
    record.member_count = list.size();
    record.cookie = records_.size();
    record.text = {came.data(), came.size()};
    record.line = records_.size() + 1;
    return records_.emplace_back(record);
  }
  void add_bad(std::string problem) {
    const std::string& kept = texts_.emplace_back(std::move(problem));
    add({{"src", "lost"}}, "cannot be read").problem = {kept.data(), kept.size()};
  }
  const weir_record* data() const { return records_.data(); }
  std::uint64_t size() const { return records_.size(); }

 private:
  std::deque<Members> kept_;
  std::deque<std::vector<weir_member>> members_;
  std::deque<std::string> texts_;
  std::vector<weir_record> records_;
};

std::int32_t feed(Engine& engine, const Records& records, const Sink& sink) {
  return weir_feed_records(engine, records.data(), records.size(), start, sink, &engine.consumed,
                           &engine.error);
}

const std::string records_document =
    "map: {src: SourceAddress, bytes: BytesIn}\nfilter: not Name = 'noise'\n" +
    rule(3, 10, "sum_fields: [BytesIn]");

Records mixed(std::size_t count) {
  Records records;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 7 == 3)
      records.add_bad("no such thing, column 4");
    else if (i % 7 == 5)
      records.add({{"other", "x"}, {"bytes", std::to_string(i)}});
    else if (i % 7 == 6)
      records.add({{"Name", "noise"}});
    else
      records.add({{"src", std::to_string(i % 5)}, {"bytes", std::to_string(i)}, {"more", "m"}});
  }
  return records;
}

TEST(Records, AggregatePassAndAreRejectedInTheirOrder) {
  Engine engine(records_document);
  Sink sink;
  Records records;
  records.add({{"src", "a"}, {"bytes", "1"}});
  records.add_bad("the header ends here, column 7");
  records.add({{"bytes", "5"}, {"left out", "x"}});
  records.add({{"bytes", "2"}, {"src", "a"}});
  records.add({{"src", "a"}, {"bytes", "none"}});
  ASSERT_EQ(feed(engine, records, sink), WEIR_OK) << engine.message();
  EXPECT_EQ(engine.consumed, 5U);
  ASSERT_EQ(sink.seen.size(), 3U);
  EXPECT_EQ(sink.seen[0].kind, std::uint32_t{WEIR_OUTPUT_REJECTED});
  EXPECT_EQ(sink.seen[0].message, "the header ends here, column 7");
  EXPECT_EQ(sink.seen[0].bytes, "cannot be read");
  EXPECT_EQ(sink.seen[0].line, 2U);
  EXPECT_EQ(sink.seen[0].cookie, 1U);
  EXPECT_EQ(sink.seen[1].kind, std::uint32_t{WEIR_OUTPUT_BASE});
  EXPECT_EQ(sink.seen[1].fields, (std::map<std::string, std::string>{{"BytesIn", "5"}}));
  EXPECT_EQ(sink.seen[1].cookie, 2U);
  EXPECT_EQ(sink.seen[1].bytes, "") << "it has another form now";
  EXPECT_EQ(sink.seen[2].fields.at("BytesIn"), "3");
  EXPECT_EQ(sink.seen[2].fields.at("BaseEventCount"), "3");
  const weir_stats stats = engine.stats();
  EXPECT_EQ(stats.events_in, 5U);
  EXPECT_EQ(stats.rejected, 1U);
  EXPECT_EQ(stats.conversion_errors, 1U);
  EXPECT_TRUE(conserves(engine));
}

TEST(Records, LeaveAsLinesWithTheirFields) {
  Engine engine("map: {src: SourceAddress, spt: SourcePort}\n");
  Sink sink(WEIR_FORM_NDJSON);
  Records records;
  records.add({{"spt", "53"}, {"src", "a \"b\""}, {"x", "y"}});
  records.add({{"x", "y"}});
  ASSERT_EQ(feed(engine, records, sink), WEIR_OK) << engine.message();
  EXPECT_EQ(sink.bytes(), "{\"SourcePort\":53,\"SourceAddress\":\"a \\\"b\\\"\"}\n{}\n");
}

TEST(Records, GiveTheSameReadAheadOrAtOnce) {
  const Records records = mixed(2000);
  Engine direct(records_document), ahead(records_document);
  Sink expected(WEIR_FORM_NDJSON), got(WEIR_FORM_NDJSON);
  ASSERT_EQ(feed(direct, records, expected), WEIR_OK);
  ASSERT_EQ(direct.flush(expected), WEIR_OK);
  Batch batch(ahead);
  ASSERT_EQ(weir_read_records(batch, records.data(), records.size(), &batch.error), WEIR_OK);
  ASSERT_EQ(batch.feed(start, got), WEIR_OK);
  ASSERT_EQ(ahead.flush(got), WEIR_OK);
  EXPECT_EQ(taken(got), taken(expected));
  EXPECT_TRUE(conserves(direct));
  EXPECT_TRUE(conserves(ahead));
}

// Workers read one source after another into their batches, whatever its format.
TEST(Records, AreReadIntoABatchThatHadMoreLines) {
  std::string lines;
  for (int i = 0; i < 2000; ++i) lines += "{\"src\":\"b\"}\n";
  Engine engine("map: {src: SourceAddress}\n");
  Sink ignored, sink(WEIR_FORM_NDJSON);
  Batch batch(engine);
  ASSERT_EQ(batch.read(lines), WEIR_OK);
  ASSERT_EQ(batch.feed(start, ignored), WEIR_OK);
  Records records;
  for (int i = 0; i < 3; ++i) records.add({{"src", "a"}});
  ASSERT_EQ(weir_read_records(batch, records.data(), records.size(), &batch.error), WEIR_OK);
  EXPECT_EQ(batch.feed(start, sink), WEIR_OK) << batch.error.message;
  EXPECT_EQ(engine.stats().events_in, 2003U);
  EXPECT_EQ(sink.bytes(),
            "{\"SourceAddress\":\"a\"}\n{\"SourceAddress\":\"a\"}\n"
            "{\"SourceAddress\":\"a\"}\n");
}

TEST(Records, ReadUnderOtherRulesAreReadAgain) {
  const Records records = mixed(1200);
  Engine engine(records_document);
  Sink sink(WEIR_FORM_NDJSON), expected(WEIR_FORM_NDJSON);
  Batch batch(engine);
  ASSERT_EQ(weir_read_records(batch, records.data(), records.size(), &batch.error), WEIR_OK);
  const std::string other = "map: {other: SourceAddress}\n" + rule(2);
  ASSERT_EQ(engine.load(other), WEIR_OK) << engine.message();
  ASSERT_EQ(batch.feed(start, sink), WEIR_OK);
  ASSERT_EQ(engine.flush(sink), WEIR_OK);
  Engine fresh(other);
  ASSERT_EQ(feed(fresh, records, expected), WEIR_OK);
  ASSERT_EQ(fresh.flush(expected), WEIR_OK);
  EXPECT_EQ(taken(sink), taken(expected));
}

TEST(Records, GoOnAfterASinkThatStopped) {
  const Records records = mixed(1500);
  Engine engine(records_document), whole(records_document);
  Sink sink(WEIR_FORM_NDJSON), expected(WEIR_FORM_NDJSON);
  sink.answer = [](const weir_output&) { return WEIR_STOP; };
  ASSERT_EQ(feed(whole, records, expected), WEIR_OK);
  for (std::uint64_t done = 0, calls = 0; done < records.size() && calls < 10'000; ++calls) {
    std::uint64_t consumed = 0;
    const std::int32_t status =
        weir_feed_records(engine, records.data() + done, records.size() - done, start, sink,
                          &consumed, &engine.error);
    ASSERT_TRUE(status == WEIR_OK || status == WEIR_STOPPED) << engine.message();
    done += consumed;
  }
  sink.answer = nullptr;
  ASSERT_EQ(engine.flush(sink), WEIR_OK);
  ASSERT_EQ(whole.flush(expected), WEIR_OK);
  EXPECT_EQ(taken(sink), taken(expected));
}

TEST(Records, ThatTheHostGotWrongAreRejectedOneByOne) {
  Engine engine(records_document);
  Sink sink;
  Records records;
  records.add({{"src", "a"}}).preset = 99;
  records.add({{"src", "a"}}).members = nullptr;
  records.add({{"src", "a"}}).member_count = WEIR_MAX_FIELDS + 1;
  ASSERT_EQ(feed(engine, records, sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 3U);
  EXPECT_EQ(sink.seen[0].message, "its preset is none that weir_preset_id gave");
  EXPECT_EQ(sink.seen[1].message, "the address of its members is NULL");
  EXPECT_EQ(sink.seen[2].message, "more than 4096 fields");
  EXPECT_EQ(weir_feed_records(engine, nullptr, 1, start, sink, nullptr, nullptr),
            WEIR_INVALID_ARGUMENT);
}

TEST(Lines, ThatAreMappedLeaveWithTheirFieldsAloneInTheirBucketsToo) {
  Engine engine("map: {src: SourceAddress, id.orig_p: SourcePort}\n" + rule(5, 10, "single: pass"));
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines("{\"x\":1,\"id\":{\"orig_p\":\"5\"}}\n{\"src\":\"a\",\"x\":[2]}\n",
                              start, sink),
            WEIR_OK);
  ASSERT_EQ(engine.flush(sink), WEIR_OK);
  EXPECT_EQ(sink.bytes(), "{\"SourcePort\":5}\n{\"SourceAddress\":\"a\"}\n");
  EXPECT_EQ(engine.cursor.events, 2U);
}

TEST(Lines, ThatWaitAloneKeepTheirFieldsWhateverIsMappedLater) {
  const std::string mapped = "map: {src: SourceAddress, m: Message}\n";
  Engine engine(mapped + rule(5, 10, "single: pass"));
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines("{\"src\":\"a\",\"m\":\"hello\"}\n", start, sink), WEIR_OK);
  ASSERT_EQ(engine.load("map: {source: SourceAddress}\n" + rule(5, 10, "single: pass")), WEIR_OK);
  ASSERT_EQ(engine.flush(sink), WEIR_OK);
  EXPECT_EQ(sink.bytes(), "{\"Message\":\"hello\",\"SourceAddress\":\"a\"}\n");
}

// The rule reads SourceAddress alone. What a rule has taken leaves no other field behind.
TEST(Mapped, EventsThatPassCountEveryValueThatCannotBeStored) {
  const std::string mapped = "map: {src: SourceAddress, spt: SourcePort, in: BytesIn, x: F.x}\n";
  Engine lines(mapped + rule(9)), records(mapped + rule(9));
  Sink sink;
  ASSERT_EQ(lines.feed_lines("{\"spt\":\"no\",\"in\":\"1.5\",\"x\":\"2\"}\n"
                             "{\"src\":\"a\",\"spt\":\"no\"}\n{\"spt\":\"7\"}\n",
                             start, sink),
            WEIR_OK);
  Records fed;
  fed.add({{"spt", "no"}, {"in", "1.5"}, {"x", "2"}});
  fed.add({{"src", "a"}, {"spt", "no"}});
  fed.add({{"spt", "7"}});
  ASSERT_EQ(feed(records, fed, sink), WEIR_OK);
  EXPECT_EQ(lines.stats().conversion_errors, 2U);
  EXPECT_EQ(records.stats().conversion_errors, 2U);
}

TEST(Lines, OfAPresetThatThereIsNotAreRefused) {
  Engine engine;
  Sink sink;
  engine.cursor.preset = 99;
  EXPECT_EQ(engine.feed_lines("{}\n", start, sink), WEIR_INVALID_ARGUMENT);
  EXPECT_NE(engine.message().find("preset"), std::string::npos);
}

}  // namespace
