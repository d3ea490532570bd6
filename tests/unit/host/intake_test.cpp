#include "run/intake.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "run/source_feed.h"
#include "unit/host/fake_library.h"

namespace weir::host {
namespace {

// A library that counts lines, and keeps what it is fed.
struct CountingLibrary {
  std::string json;                  // lines
  std::vector<std::string> records;  // their texts
  std::vector<std::uint64_t> numbers;
  std::vector<std::size_t> calls;  // how many records each had
  std::vector<std::uint32_t> presets;
};
CountingLibrary* counting = nullptr;  // of the test that runs

std::int32_t feed_ndjson(weir_engine*, const char* bytes, std::uint64_t size, std::int64_t,
                         std::uint32_t flags, const weir_sink*, weir_cursor* cursor, weir_error*) {
  const std::string_view text(bytes, size);
  const std::size_t end = flags == WEIR_LAST ? size : text.rfind('\n') + 1;
  counting->json += text.substr(0, end);
  counting->presets.push_back(cursor->preset);
  cursor->events += static_cast<std::uint64_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  cursor->consumed = end;
  return WEIR_OK;
}

std::int32_t feed_records(weir_engine*, const weir_record* records, std::uint64_t count,
                          std::int64_t, const weir_sink* sink, std::uint64_t*, weir_error*) {
  for (std::uint64_t i = 0; i < count; ++i) {
    counting->records.emplace_back(records[i].text.data, records[i].text.size);
    counting->numbers.push_back(records[i].line);
    if (records[i].problem.size == 0) continue;
    weir_output output{};
    output.kind = WEIR_OUTPUT_REJECTED;
    output.count = 1;
    output.bytes = records[i].text;
    output.message = records[i].problem;
    std::int32_t answer = 0;
    sink->accept(sink->user, &output, &answer);
  }
  counting->calls.push_back(count);
  return WEIR_OK;
}

class IntakeTest : public testing::Test {
 protected:
  IntakeTest() {
    counting = &fake_;
    library_.feed_ndjson = feed_ndjson;
    library_.feed_records = feed_records;
    engine_ = std::make_unique<Engine>(library_, EngineSettings{"", "", "", true, false}, clock_,
                                       output_, rejects_, console_);
  }

  // A source whose bytes come in these pieces.
  void feed(const std::vector<std::string>& pieces, std::optional<Format> format) {
    const auto presets = [](Format) { return PresetIds{1, 2, 3, 4, 5}; };
    SourceFeed source(*engine_, presets, "in", format);
    for (const std::string& piece : pieces) source.add(piece, 0);
    source.end(0);
    format_ = source.format();
    counts_ = source.counts();
  }

  CountingLibrary fake_;
  Library library_ = fake_library();
  Clock clock_;
  Output output_{""};
  Rejects rejects_{"", [](const std::string&) {}};
  Console console_{ProgressMode::never};
  std::unique_ptr<Engine> engine_;
  std::optional<Format> format_;
  EventCounts counts_;
};

TEST_F(IntakeTest, FeedsRecordsAChunkAtATime) {
  Intake intake(*engine_, {}, "in", Format::cef);
  std::string bytes;
  for (int i = 0; i < 1100; ++i) bytes += "no cef\n";
  EXPECT_EQ(intake.feed(bytes + "rest", false, 0), bytes.size());
  EXPECT_EQ(fake_.calls, (std::vector<std::size_t>{512, 512, 76}));
  EXPECT_EQ(fake_.numbers.back(), 1100u);
  EXPECT_EQ(intake.feed("rest\n", true, 0), 5u);
  EXPECT_EQ(fake_.records.back(), "rest");
  EXPECT_EQ(intake.counts().events, 1101u);
  EXPECT_EQ(intake.counts().rejected, 1101u);
}

TEST_F(IntakeTest, CountsOnlyItsOwn) {
  Intake one(*engine_, {}, "one", Format::ndjson);
  Intake two(*engine_, {}, "two", Format::ndjson);
  one.feed("{}\n", false, 0);
  two.feed("{}\n{}\n", false, 0);
  one.feed("{}\n", false, 0);
  EXPECT_EQ(one.counts().events, 2u);
  EXPECT_EQ(two.counts().events, 2u);
}

TEST_F(IntakeTest, GivesJsonTheMappingOfItsFormat) {
  feed({"{}\n"}, Format::suricata);
  feed({"{}\n"}, Format::ndjson);
  EXPECT_EQ(fake_.presets, (std::vector<std::uint32_t>{5, 5, 0, 0}));
}

TEST_F(IntakeTest, TakesAMessageWhole) {
  Intake intake(*engine_, {}, "in", Format::cef);
  intake.feed_message("one\ntwo", 0);
  EXPECT_EQ(fake_.records, (std::vector<std::string>{"one\ntwo"}));
}

TEST_F(IntakeTest, SharesItsRecordsAndFeedsManyMessagesAtOnce) {
  Records records;
  Intake one(*engine_, {}, "one", Format::cef, records);
  Intake two(*engine_, {}, "two", Format::ndjson, records);
  for (int i = 0; i < 600; ++i) one.add_message("no cef", 0);
  one.reject("cut", "the frame is too long", 0);
  one.deliver();
  two.reject("cut", "the frame is too long", 0);
  two.add_message("{}\n", 0);
  EXPECT_EQ(fake_.calls, (std::vector<std::size_t>{512, 89, 1}));
  EXPECT_EQ(fake_.numbers[600], 601u);
  EXPECT_EQ(one.counts().events, 601u);
  EXPECT_EQ(two.counts().events, 2u);
  EXPECT_EQ(two.counts().rejected, 1u);
}

TEST_F(IntakeTest, HoldsWhatIsNoWholeLine) {
  const std::string text = "{\"a\":1}\n{\"b\":2}\r\n{\"c\":3}";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    for (std::size_t next = cut; next <= text.size(); ++next) {
      fake_.json.clear();
      feed({text.substr(0, cut), text.substr(cut, next - cut), text.substr(next)}, std::nullopt);
      EXPECT_EQ(fake_.json, text) << cut << " " << next;
      EXPECT_EQ(format_, Format::ndjson);
    }
  }
}

TEST_F(IntakeTest, HoldsALineOfRecordsByteForByte) {
  std::vector<std::string> pieces;
  for (const char c : std::string("\xef\xbb\xbfone\ntwo\r\nthree")) pieces.emplace_back(1, c);
  feed(pieces, Format::cef);
  EXPECT_EQ(fake_.records, (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(fake_.numbers, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(counts_.events, 3u);
}

TEST_F(IntakeTest, RejectsALineWithoutEndWhileItComes) {
  std::vector<std::string> pieces(100, std::string(100'000, 'x'));
  pieces.emplace_back("\nnext\n");
  feed(pieces, Format::cef);
  ASSERT_EQ(fake_.records.size(), 2u);
  EXPECT_GT(fake_.records[0].size(), std::size_t{WEIR_MAX_EVENT_BYTES});
  EXPECT_EQ(fake_.records[1], "next");
  EXPECT_EQ(fake_.numbers, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(IntakeTest, OfNothingHasNoFormat) {
  feed({}, std::nullopt);
  EXPECT_FALSE(format_);
  feed({"\xef\xbb\xbf"}, std::nullopt);
  EXPECT_FALSE(format_);
}

TEST_F(IntakeTest, OfWhatHasNoLinesFails) {
  try {
    feed({"\xd4\xc3\xb2\xa1 and more"}, std::nullopt);
    ADD_FAILURE();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::bad_input);
    EXPECT_NE(std::string(failure.what()).find("'in' holds pcap"), std::string::npos);
  }
}

}  // namespace
}  // namespace weir::host
