// STOP and sinks that fail: nothing is lost, nothing comes twice, the order stays.

#include <gtest/gtest.h>

#include "host.h"

namespace {

using namespace host;

// Three chunks of events that close buckets, pass, and are rejected.
void fill_with_all_kinds(Events& events) {
  const weir_field bad{UINT32_MAX, WEIR_INTEGER, 0, 1};
  static const weir_field bad_fields[] = {bad};
  for (int i = 0; i < 1200; ++i) {
    if (i % 97 == 5)
      events.add(weir_event{bad_fields, 1, static_cast<std::uint64_t>(i)});
    else if (i % 4 == 0)
      events.add({{"Name", text("passes")}, {"DestinationPort", number(i)}});
    else
      events.add({{"SourceAddress", number(i % 50)}, {"BytesIn", number(i)}});
  }
}

std::string lines_of_all_kinds() {
  std::string all;
  for (int i = 0; i < 1200; ++i) {
    const std::string n = std::to_string(i);
    if (i % 7 == 5)
      all += "not json " + n + "\n";
    else if (i % 4 == 0)
      all += "{\"Name\": \"passes\", \"DestinationPort\":" + n + "}\n";
    else
      all += "{\"SourceAddress\":\"" + std::to_string(i % 50) + "\",\"BytesIn\":" + n + "}\n";
  }
  return all;
}

constexpr std::int64_t all_due = start + 11 * second;

// Every call is repeated until it is done, feeding what was not consumed. Half of the buckets close
// by the lifetime, the others by flush. Returns how often a call ended early.
std::size_t run(Engine& engine, const Events& events, const Sink& sink, std::int32_t early) {
  std::size_t ends = 0;
  const auto finish = [&](const auto& call) {
    for (std::int32_t status = call(); status != WEIR_OK; status = call()) {
      EXPECT_EQ(status, early) << engine.message();
      if (status != early || ++ends > 100'000) return;
    }
  };
  std::uint64_t done = 0;
  const auto feed_rest = [&](std::uint64_t end, std::int64_t now) {
    finish([&] {
      const auto status = engine.feed(events.data() + done, end - done, now, sink);
      EXPECT_TRUE(engine.consumed % WEIR_CHUNK_EVENTS == 0 || done + engine.consumed == end);
      done += engine.consumed;
      return status;
    });
  };
  feed_rest(700, start);
  finish([&] { return engine.advance(all_due, sink); });
  feed_rest(events.size(), all_due);
  finish([&] { return engine.flush(sink); });
  return ends;
}

void run_lines(Engine& engine, const std::string& bytes, const Sink& sink, std::int32_t early) {
  std::string_view rest = bytes;
  const auto feed_rest = [&] {
    const std::int32_t status = engine.feed_lines(rest, start, sink, WEIR_LAST);
    rest.remove_prefix(engine.cursor.consumed);
    return status;
  };
  std::int32_t status = feed_rest();
  for (int calls = 0; status != WEIR_OK && status == early && calls < 1000; ++calls)
    status = feed_rest();
  EXPECT_EQ(status, WEIR_OK) << engine.message();
  EXPECT_TRUE(rest.empty());
  status = engine.flush(sink);
  for (int calls = 0; status != WEIR_OK && status == early && calls < 1000; ++calls)
    status = engine.flush(sink);
  EXPECT_EQ(status, WEIR_OK);
}

// Answers `once` to its n'th offer and ACCEPT to the others.
void answer_at(Sink& sink, std::uint64_t n, std::int32_t once) {
  sink.answer = [&sink, n, once](const weir_output&) {
    return sink.offers == n ? once : static_cast<std::int32_t>(WEIR_ACCEPT);
  };
}

// Of a step that leaves out some places: a prime, so that all kinds of output are met.
constexpr std::uint64_t stride = 7;

TEST(Sink, StopAtAnyOutputLosesAndDoublesNothing) {
  Events events;
  fill_with_all_kinds(events);
  Sink whole;
  {
    Engine engine(rule(5));
    EXPECT_EQ(run(engine, events, whole, WEIR_OK), 0U);
  }
  ASSERT_GT(whole.seen.size(), 500U);
  for (std::uint64_t n = 1; n <= whole.offers; n += stride) {
    Engine engine(rule(5));
    Sink sink;
    answer_at(sink, n, WEIR_STOP);
    EXPECT_EQ(run(engine, events, sink, WEIR_STOPPED), 1U);
    ASSERT_EQ(sink.seen, whole.seen) << "stopped at output " << n;
    EXPECT_TRUE(conserves(engine));
  }
}

TEST(Sink, StopAtEveryOutputGivesOneOutputACall) {
  Events events;
  fill_with_all_kinds(events);
  Sink whole, sink;
  Engine engine(rule(5)), other(rule(5));
  run(engine, events, whole, WEIR_OK);
  sink.answer = [](const weir_output&) { return static_cast<std::int32_t>(WEIR_STOP); };
  EXPECT_EQ(run(other, events, sink, WEIR_STOPPED), whole.offers);
  EXPECT_EQ(sink.seen, whole.seen);
}

TEST(Sink, FailureAtAnyOutputOffersItAgain) {
  Events events;
  fill_with_all_kinds(events);
  Sink whole;
  {
    Engine engine(rule(5));
    run(engine, events, whole, WEIR_OK);
  }
  for (std::uint64_t n = 1; n <= whole.offers; n += stride) {
    Engine engine(rule(5));
    Sink sink;
    answer_at(sink, n, WEIR_CALLBACK_FAILED);
    EXPECT_EQ(run(engine, events, sink, WEIR_CALLBACK_FAILED), 1U);
    ASSERT_EQ(sink.seen, whole.seen) << "failed at output " << n;
  }
}

TEST(Sink, StopAndFailureOfLinesLoseAndDoubleNothing) {
  const std::string bytes = lines_of_all_kinds();
  Sink whole(WEIR_FORM_NDJSON);
  {
    Engine engine(rule(5));
    run_lines(engine, bytes, whole, WEIR_OK);
  }
  ASSERT_GT(whole.offers, 300U);
  // What a sink answers, and what its call returns then.
  const std::pair<std::int32_t, std::int32_t> cases[] = {
      {WEIR_STOP, WEIR_STOPPED}, {WEIR_CALLBACK_FAILED, WEIR_CALLBACK_FAILED}};
  for (const auto& [answer, status] : cases)
    for (std::uint64_t n = 1; n <= whole.offers; n += stride) {
      Engine engine(rule(5));
      Sink sink(WEIR_FORM_NDJSON);
      answer_at(sink, n, answer);
      run_lines(engine, bytes, sink, status);
      ASSERT_EQ(sink.bytes(), whole.bytes()) << "at output " << n;
      ASSERT_EQ(sink.of_kind(WEIR_OUTPUT_REJECTED), whole.of_kind(WEIR_OUTPUT_REJECTED));
    }
}

TEST(Sink, ACallThatStopsFinishesItsChunk) {
  Engine engine(rule(1000));
  Events events;
  add(events, 1200, {{"Name", text("passes")}});
  Sink sink;
  answer_at(sink, 1, WEIR_STOP);
  EXPECT_EQ(engine.feed(events, start, sink), WEIR_STOPPED);
  EXPECT_EQ(engine.consumed, std::uint64_t{WEIR_CHUNK_EVENTS});
  EXPECT_EQ(engine.stats().passed, std::uint64_t{WEIR_CHUNK_EVENTS});
  EXPECT_EQ(engine.stats().waiting_outputs, WEIR_CHUNK_EVENTS - 1U);
}

TEST(Sink, WhatWaitsIsOfferedBeforeAnythingIsApplied) {
  Engine engine(rule(1000));
  Events events{{{"Name", text("one")}}, {{"Name", text("two")}}};
  Events more{{{"Name", text("three")}}};
  Sink sink;
  answer_at(sink, 1, WEIR_STOP);
  EXPECT_EQ(engine.feed(events, start, sink), WEIR_STOPPED);
  EXPECT_EQ(engine.consumed, 2U);
  sink.answer = [](const weir_output&) { return static_cast<std::int32_t>(WEIR_STOP); };
  EXPECT_EQ(engine.feed(more, start, sink), WEIR_STOPPED);
  EXPECT_EQ(engine.consumed, 0U) << "the waiting output used up the call";
  EXPECT_EQ(engine.stats().events_in, 2U);
  EXPECT_EQ(engine.feed(more, start, sink), WEIR_STOPPED);
  EXPECT_EQ(engine.consumed, 1U);
  ASSERT_EQ(sink.seen.size(), 3U);
  EXPECT_EQ(sink.seen[1].fields.at("Name"), "two");
  EXPECT_EQ(sink.seen[2].fields.at("Name"), "three");
}

TEST(Sink, WhatWaitsNoLongerBorrowsTheHostsMemory) {
  Engine engine(rule(1000));
  Sink sink;
  answer_at(sink, 1, WEIR_STOP);
  {
    Events events{{{"Name", text("one")}}, {{"Name", text(std::string(100, 'x'))}}};
    EXPECT_EQ(engine.feed(events, start, sink), WEIR_STOPPED);
  }
  std::string line = "{\"Name\":\"" + std::string(100, 'y') + "\"}\n";
  answer_at(sink, 2, WEIR_STOP);
  EXPECT_EQ(engine.feed_lines(line, start, sink), WEIR_STOPPED);
  EXPECT_EQ(engine.feed_lines(line + line, start, sink), WEIR_OK);
  std::fill(line.begin(), line.end(), 'z');
  EXPECT_EQ(sink.seen.at(1).fields.at("Name"), std::string(100, 'x'));
  EXPECT_EQ(sink.seen.at(2).bytes, "{\"Name\":\"" + std::string(100, 'y') + "\"}");
}

TEST(Sink, AnAnswerThatIsNoneFails) {
  Engine engine(rule(1000));
  Events events{{{"Name", text("one")}}};
  weir_sink sink{sizeof(weir_sink), WEIR_FORM_EVENTS,
                 [](void*, const weir_output*, std::int32_t* answer) { *answer = 77; }, nullptr};
  EXPECT_EQ(weir_feed(engine, events.data(), 1, start, &sink, nullptr, &engine.error),
            WEIR_CALLBACK_FAILED);
  EXPECT_EQ(engine.error.status, WEIR_CALLBACK_FAILED);
  EXPECT_NE(engine.message().find("offered again"), std::string::npos);
  Sink good;
  EXPECT_EQ(engine.advance(start, good), WEIR_OK);
  EXPECT_EQ(good.seen.size(), 1U);
}

TEST(Sink, HandsTheCookieBackWithWhatPassesAndWithWhatIsRejected) {
  Engine engine(rule(1000));
  Sink sink;
  const weir_field bad{UINT32_MAX, WEIR_INTEGER, 0, 1};
  Events events;
  events.add({{"Name", text("one")}});
  events.add(weir_event{&bad, 1, 42});
  EXPECT_EQ(engine.feed(events, start, sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 2U);
  EXPECT_EQ(sink.seen[0].kind, std::uint32_t{WEIR_OUTPUT_BASE});
  EXPECT_EQ(sink.seen[0].cookie, 0U);
  EXPECT_EQ(sink.seen[1].kind, std::uint32_t{WEIR_OUTPUT_REJECTED});
  EXPECT_EQ(sink.seen[1].cookie, 42U);
}

TEST(Sink, TextThatLeavesHasANulAfterIt) {
  Engine engine(rule(1));
  Events events{{{"SourceAddress", text("10.0.0.1")}}};
  struct Found {
    std::size_t texts = 0, ended = 0;
  } found;
  weir_sink sink{sizeof(weir_sink), WEIR_FORM_EVENTS,
                 [](void* user, const weir_output* output, std::int32_t* answer) {
                   for (std::uint64_t i = 0; i < output->event.field_count; ++i) {
                     const weir_field& one = output->event.fields[i];
                     if (one.kind != WEIR_TEXT) continue;
                     const auto* bytes = reinterpret_cast<const char*>(one.word);
                     ++static_cast<Found*>(user)->texts;
                     if (bytes[one.size] == '\0') ++static_cast<Found*>(user)->ended;
                   }
                   *answer = WEIR_ACCEPT;
                 },
                 &found};
  EXPECT_EQ(weir_feed(engine, events.data(), 1, start, &sink, nullptr, nullptr), WEIR_OK);
  EXPECT_GE(found.texts, 5U);
  EXPECT_EQ(found.ended, found.texts);
}

}  // namespace
