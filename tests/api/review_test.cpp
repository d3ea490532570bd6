// Corners in which the engine was once wrong: lines cut by expiry, clocks that jump, user data that
// looks back, saved filters and enrichers over a reload, sinks that stop, JSON that is none, events
// of many layouts.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "host.h"

namespace {

using namespace host;

std::string line_of(std::string_view address, std::int64_t millis) {
  return "{\"SourceAddress\":\"" + std::string(address) +
         "\",\"Timestamp\":" + std::to_string(millis) + "}\n";
}

// ---- Long lines

// An engine that waits for the end of a line that is too long and has been rejected. More buckets
// are open in it than one chunk closes.
class LongLine : public testing::Test {
 protected:
  LongLine() {
    std::string lines;
    for (int i = 0; i < 6000; ++i) lines += line_of(std::to_string(i), start / 1'000'000);
    EXPECT_EQ(engine.feed_lines(lines, 0, sink), WEIR_OK);
    const std::string piece(5 << 20, 'x');
    engine.cursor = {sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(engine.feed_lines(piece, 0, sink), WEIR_OK);
      EXPECT_EQ(engine.cursor.consumed, piece.size());
    }
    EXPECT_EQ(engine.stats().rejected, 1U);
    before = engine.stats().events_in;
  }
  // Feeds the lines and says how many of them became events.
  std::uint64_t fed(const std::string& lines) {
    EXPECT_EQ(engine.feed_lines(lines, 0, sink), WEIR_OK) << engine.message();
    EXPECT_EQ(engine.cursor.consumed, lines.size());
    EXPECT_EQ(engine.stats().rejected, 1U);
    return engine.stats().events_in - before;
  }
  static constexpr std::int64_t soon = start / 1'000'000 + 1;
  static constexpr std::int64_t later = start / 1'000'000 + 9'000'000;  // everything is due

  Engine engine{rule(1'000'000, 3600), WEIR_CLOCK_EVENT};
  Sink sink{WEIR_FORM_NDJSON};
  std::uint64_t before = 0;
};

TEST_F(LongLine, IsFollowedByLinesThatCount) {
  EXPECT_EQ(fed("tail\n" + line_of("a", soon) + line_of("b", soon)), 2U);
}
TEST_F(LongLine, IsFollowedByLinesThatCountWhenTheChunkIsCutAmongThem) {
  EXPECT_EQ(fed("tail\n" + line_of("a", soon) + line_of("b", later) + line_of("c", later)), 3U);
  EXPECT_EQ(engine.stats().closed_lifetime, 6001U);
}
TEST_F(LongLine, IsFollowedByLinesThatCountWhenTheChunkIsCutBeforeThem) {
  EXPECT_EQ(fed("tail\n" + line_of("b", later) + line_of("c", later)), 2U);
  EXPECT_EQ(engine.stats().closed_lifetime, 6000U);
}

TEST(LongLines, OfOneBufferAreRejectedAndTheOthersGoOn) {
  Engine engine(rule(1));
  Sink sink;
  const std::string lines =
      line_of("a", 1) + std::string(8 << 20, '[') + "\n" + line_of("b", 2) + "\n" + line_of("c", 3);
  EXPECT_EQ(engine.feed_lines(lines, start, sink), WEIR_OK) << engine.message();
  EXPECT_EQ(engine.cursor.consumed, lines.size());
  ASSERT_EQ(sink.seen.size(), 4U);
  EXPECT_EQ(sink.seen[0].fields.at("SourceAddress"), "a");
  EXPECT_EQ(sink.seen[1].kind, std::uint32_t{WEIR_OUTPUT_REJECTED});
  EXPECT_EQ(sink.seen[1].line, 2U);
  EXPECT_EQ(sink.seen[1].message, "the line is longer than 4 MiB");
  EXPECT_EQ(sink.seen[2].fields.at("SourceAddress"), "b");
  EXPECT_EQ(sink.seen[3].fields.at("SourceAddress"), "c");
  EXPECT_TRUE(conserves(engine));
}

TEST(Cursor, ThatIsTooSmallIsRefusedAndNothingBehindItIsWritten) {
  struct {
    std::uint32_t struct_size, state;
    std::uint64_t behind[2];
  } small{8, 0, {0x1111, 0x2222}};
  Engine engine;
  Sink sink;
  for (const std::uint32_t size : {4U, 8U, 16U, 23U}) {
    small.struct_size = size;
    EXPECT_EQ(weir_feed_ndjson(engine, "{}\n", 3, start, 0, sink,
                               reinterpret_cast<weir_cursor*>(&small), &engine.error),
              WEIR_INVALID_ARGUMENT);
    EXPECT_NE(engine.message().find("struct_size"), std::string::npos) << engine.message();
    EXPECT_EQ(small.behind[0], 0x1111U);
    EXPECT_EQ(small.behind[1], 0x2222U);
  }
  EXPECT_EQ(engine.stats().events_in, 0U);
}

// ---- Clocks

TEST(HostClock, ThatJumpsAheadAgainAndAgainMeetsALimit) {
  Engine engine(rule(100, 3600));
  Sink sink;
  const std::int64_t far = 1'700'000'000 * second, hour = 3600 * second;
  Events events{{{"SourceAddress", text("a")}}};
  std::int32_t status = WEIR_OK;
  std::uint64_t rounds = 0;
  for (; rounds < 20; ++rounds) {
    ASSERT_EQ(engine.advance(0, sink), WEIR_OK);
    status = engine.feed(events, far, sink);
    if (status != WEIR_OK) break;
    EXPECT_EQ(engine.stats().clock, far);
    EXPECT_EQ(engine.stats().open_groups, 1U);
    status = engine.advance(far + 2 * hour, sink);
    if (status != WEIR_OK) break;
    EXPECT_EQ(engine.stats().open_groups, 0U) << "its lifetime is over";
    ASSERT_EQ(sink.seen.size(), rounds + 1);
    EXPECT_EQ(sink.seen.back().fields.at("Timestamp"), std::to_string((far + hour) / 1'000'000));
  }
  EXPECT_EQ(status, WEIR_LIMIT);
  EXPECT_NE(engine.message().find("jumped ahead"), std::string::npos) << engine.message();
  EXPECT_EQ(rounds, 5U) << "five times 54 years fit into 290";
  EXPECT_EQ(engine.stats().clock, 0) << "nothing has changed";
  EXPECT_EQ(engine.feed(events, 1, sink), WEIR_OK) << "it goes on where it stands";
  EXPECT_EQ(engine.flush(sink), WEIR_OK);
  EXPECT_EQ(sink.seen.back().reason, std::uint32_t{WEIR_REASON_FLUSH});
  EXPECT_TRUE(conserves(engine));
}

// With the clock of events and a skew of its own.
class Skew : public testing::Test {
 protected:
  void create(std::int64_t skew) {
    weir_engine_options options{};
    options.struct_size = sizeof options;
    options.clock = WEIR_CLOCK_EVENT;
    options.max_future_skew = skew;
    ASSERT_EQ(weir_create_engine(&options, &engine_, nullptr), WEIR_OK);
  }
  void TearDown() override { EXPECT_EQ(weir_destroy_engine(engine_, nullptr), WEIR_OK); }
  void feed(std::int64_t time, std::int64_t given) {
    Sink sink;
    Events events{{{"SourceAddress", text("a")}, {"Timestamp", number(time)}}};
    EXPECT_EQ(weir_feed(engine_, events.data(), 1, given, sink, nullptr, nullptr), WEIR_OK);
  }
  weir_stats stats() const {
    weir_stats stats{};
    stats.struct_size = sizeof stats;
    EXPECT_EQ(weir_get_stats(engine_, &stats, nullptr), WEIR_OK);
    return stats;
  }
  static constexpr std::int64_t now = 1'700'000'000 * second;
  static constexpr std::int64_t millis = now / 1'000'000;
  weir_engine* engine_ = nullptr;
};

TEST_F(Skew, WithoutBoundLetsEveryEventMoveTheClock) {
  create(INT64_MAX);
  feed(millis, now);
  EXPECT_EQ(stats().clock, now);
  feed(millis + 400LL * 86'400'000, now);
  EXPECT_EQ(stats().clock, now + 400LL * 86'400 * second);
  EXPECT_EQ(stats().future_times, 0U);
}

TEST_F(Skew, WithoutBoundOrNowStillKeepsOutTimesThatNoClockCanTake) {
  create(INT64_MAX);
  std::uint64_t future = 0;
  for (const std::int64_t given : {now, std::int64_t{0}}) {
    feed(millis, given);
    for (const std::int64_t late : {millis * 1000, std::int64_t{9'300'000'000'000}, INT64_MAX}) {
      feed(late, given);  // microseconds, the year 2264, the last of all
      EXPECT_EQ(stats().future_times, ++future) << late;
      EXPECT_EQ(stats().clock, now);
    }
  }
}

TEST_F(Skew, OfAnHourCountsMicrosecondsGivenAsMilliseconds) {
  create(0);
  feed(millis, now);
  feed(millis * 1000, now);
  feed(millis + 3'600'001, now);
  EXPECT_EQ(stats().future_times, 2U);
  EXPECT_EQ(stats().clock, now);
  feed(millis * 1000, 0);
  EXPECT_EQ(stats().future_times, 3U);
}

// ---- Events of many layouts

// Twelve: more than are remembered. Some lack a field, have it as text, twice, or absent.
std::vector<weir_field> layout(std::size_t number, const std::string& address) {
  const auto at = [&](const char* name, const std::string& value) {
    return weir_field{id(name), WEIR_TEXT, value.size(), address_of(value.data())};
  };
  static const std::string port = "443", name = "n", none = "none";
  std::vector<weir_field> fields = {at("SourceAddress", address),
                                    {id("BytesIn"), WEIR_INTEGER, 0, 7},
                                    at("Name", name),
                                    {id("DestinationPort"), WEIR_INTEGER, 0, 443}};
  std::rotate(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(number % 4),
              fields.end());
  if (number / 4 == 1) {
    for (weir_field& field : fields)
      if (field.id == id("DestinationPort")) field = at("DestinationPort", port);
    fields.push_back({id("BytesIn"), WEIR_INTEGER, 0, 9});
  }
  if (number / 4 == 2) {
    fields.pop_back();
    fields.push_back({id("Message"), WEIR_ABSENT, 0, 0});
    fields.push_back(at("BytesIn", none));
  }
  return fields;
}

TEST(Layouts, MixedInOneCallGiveWhatOneEventACallGives) {
  std::mt19937_64 random(12);
  std::vector<std::vector<weir_field>> fields;
  std::vector<weir_event> events;
  const std::vector<std::string> addresses = {"a", "b", "c", "d", "e"};
  for (std::size_t i = 0; i < 1500; ++i)
    fields.push_back(layout(i < 600 ? i % 12 : random() % 12, addresses[random() % 5]));
  for (std::size_t i = 0; i < fields.size(); ++i)
    events.push_back({fields[i].data(), fields[i].size(), i});
  const std::string document =
      "aggregation:\n  - name: r\n    threshold: 40\n    sum_fields: [BytesIn]\n"
      "    identical_fields: [SourceAddress, DestinationPort]\n    unique_fields: [Name]\n";
  Engine together(document), single(document);
  Sink mixed, alone;
  EXPECT_EQ(together.feed(events.data(), events.size(), start, mixed), WEIR_OK);
  for (const weir_event& event : events) EXPECT_EQ(single.feed(&event, 1, start, alone), WEIR_OK);
  EXPECT_EQ(together.flush(mixed), WEIR_OK);
  EXPECT_EQ(single.flush(alone), WEIR_OK);
  EXPECT_GT(alone.seen.size(), 30U);
  EXPECT_EQ(mixed.seen, alone.seen);
  EXPECT_GT(single.stats().conversion_errors, 0U);
  EXPECT_EQ(together.stats().conversion_errors, single.stats().conversion_errors);
}

}  // namespace
