// Events that wait for an answer from the network: each leaves exactly once, whatever the server
// does, and whatever happens to the rule meanwhile.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "asked.h"

namespace {

using namespace host;

TEST(Held, EventsLeaveWithWhatTheServerKnows) {
  LookupServer server(found);
  Engine engine(asking(server.port(), "    into: {score: DeviceCustomString1}\n"));
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines(numbered_lines(0, 100), start, sink), WEIR_OK) << engine.message();
  ASSERT_EQ(engine.flush(sink, 10 * second), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(100));
  EXPECT_NE(sink.bytes().find(R"("TI":[{"category":"Botnet","indicator":"10.0.0.99",)"),
            std::string::npos)
      << sink.bytes().substr(0, 500);
  EXPECT_NE(sink.bytes().find(R"("DeviceCustomString1":"5")"), std::string::npos);
  const weir_enrichment_stats stats = engine.enrichment_stats();
  EXPECT_STREQ(stats.name, "ask");
  EXPECT_STREQ(stats.type, "cybertrace");
  EXPECT_EQ(stats.applied, 100U);
  EXPECT_EQ(stats.ok, 100U);
  EXPECT_EQ(stats.held, 0U);
  EXPECT_EQ(engine.stats().held_events, 0U);
  EXPECT_EQ(engine.stats().passed, 100U);
  EXPECT_TRUE(conserves(engine));
}

TEST(Held, EventsGoOnThroughTheRulesBehindTheOneThatAsked) {
  LookupServer server(found);
  Engine engine(asking(server.port(), "    into: {score: DeviceCustomString1}\n",
                       "  - type: event\n    name: copy\n    source: DeviceCustomString1\n"
                       "    target: Message\n"
                       "  - type: constant\n    name: known\n    value: bad\n    target: Reason\n"
                       "    filter: TIDetect('Botnet', SourceAddress)\n"));
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines(numbered_lines(0, 3), start, sink), WEIR_OK) << engine.message();
  ASSERT_EQ(engine.flush(sink, 10 * second), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(3));
  EXPECT_NE(sink.bytes().find(R"("Message":"5")"), std::string::npos) << sink.bytes();
  EXPECT_NE(sink.bytes().find(R"("Reason":"bad")"), std::string::npos);
  EXPECT_EQ(engine.enrichment_stats(2).applied, 3U);
}

TEST(Held, AggregatedEventsAndEventsOfFieldsWaitToo) {
  LookupServer server(found);
  Engine engine(rule(2) + asking(server.port()));
  Sink sink;
  Events events;
  add(events, 4, {{"SourceAddress", text("10.0.0.7")}});
  events.add({{"Name", text("no address")}});
  ASSERT_EQ(engine.feed(events, start, sink), WEIR_OK) << engine.message();
  ASSERT_EQ(engine.flush(sink, 10 * second), WEIR_OK);
  const auto aggregated = sink.of_kind(WEIR_OUTPUT_AGGREGATED);
  ASSERT_EQ(aggregated.size(), 2U);
  for (const Seen& one : aggregated) {
    EXPECT_EQ(one.reason, static_cast<std::uint32_t>(WEIR_REASON_COUNT));
    EXPECT_NE(one.fields.at("TI").find("Botnet"), std::string::npos);
  }
  const auto base = sink.of_kind(WEIR_OUTPUT_BASE);
  ASSERT_EQ(base.size(), 1U);
  EXPECT_EQ(base.front().cookie, 4U);
  EXPECT_EQ(engine.enrichment_stats().missed, 1U);
}

TEST(Held, EventsOfAServerThatIsDownLeaveInTime) {
  Engine engine(asking(unused_port(), "    timeout: 300ms\n"));
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines(numbered_lines(0, 50), start, sink), WEIR_OK) << engine.message();
  EXPECT_EQ(engine.stats().held_events, 50U);
  EXPECT_TRUE(ids(sink).empty());
  ASSERT_EQ(engine.flush(sink, 20 * second), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(50));
  EXPECT_EQ(engine.enrichment_stats().connect_failed, 50U);
  EXPECT_EQ(engine.enrichment_stats().errors, 50U);
}

TEST(Held, FlushGivesUpAtItsLimit) {
  LookupServer server(silent);
  Engine engine(asking(server.port()));
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines(numbered_lines(0, 20), start, sink), WEIR_OK) << engine.message();
  ASSERT_EQ(engine.flush(sink, 0), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(20));
  EXPECT_EQ(engine.enrichment_stats().cancelled, 20U);
}

TEST(Held, AStoppedFlushGoesOnWithTheNext) {
  LookupServer server(found);
  Engine engine(asking(server.port()));
  Sink sink(WEIR_FORM_EVENTS);
  sink.answer = [](const weir_output&) { return WEIR_STOP; };
  ASSERT_EQ(engine.feed_lines(numbered_lines(0, 30), start, sink), WEIR_OK) << engine.message();
  for (int i = 0; i < 200 && sink.seen.size() < 30; ++i) engine.flush(sink, 10 * second);
  EXPECT_EQ(sink.seen.size(), 30U);
}

TEST(Held, EventsOfARuleThatGoesLeaveWithoutAnAnswer) {
  LookupServer server(silent);
  Engine engine(asking(server.port()));
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines(numbered_lines(0, 20), start, sink), WEIR_OK) << engine.message();
  ASSERT_EQ(engine.load("enrichment:\n  - {type: constant, name: c, value: x, target: Reason}\n"),
            WEIR_OK)
      << engine.message();
  ASSERT_EQ(engine.advance(start + second, sink), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(20));
  EXPECT_EQ(engine.stats().held_events, 0U);
}

TEST(Held, ARuleThatStaysKeepsItsEventsOverALoad) {
  std::atomic<bool> slow = true;
  LookupServer server([&](std::string_view request) {
    while (slow) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return found(request);
  });
  const std::string rules = asking(server.port());
  Engine engine(rules);
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines(numbered_lines(0, 20), start, sink), WEIR_OK) << engine.message();
  ASSERT_EQ(engine.load(rules + "  - {type: constant, name: c, value: x, target: Reason}\n"),
            WEIR_OK)
      << engine.message();
  slow = false;
  ASSERT_EQ(engine.flush(sink, 10 * second), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(20));
  EXPECT_EQ(engine.enrichment_stats().applied, 20U);
  EXPECT_EQ(engine.enrichment_stats(1).applied, 20U);
}

// Two rules ask a server that says nothing: an event that one of them gives up is not to wait for
// the next.
TEST(Held, FlushGivesUpAtItsLimitWithAllRules) {
  LookupServer server(silent);
  const std::string again = asking(server.port());
  std::string second_rule = again.substr(again.find('\n') + 1);
  second_rule.replace(second_rule.find("ask"), 3, "two");
  Engine engine(again + second_rule);
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines(numbered_lines(0, 20), start, sink), WEIR_OK) << engine.message();
  ASSERT_EQ(engine.flush(sink, second / 10), WEIR_OK);
  EXPECT_EQ(ids(sink), numbers(20));
  EXPECT_EQ(engine.stats().held_events, 0U);
}

// What another thread delivers ends the waiting of a flush.
TEST(Held, AFlushDoesNotWaitForWhatAnotherThreadHasTaken) {
  LookupServer server(found);
  Engine engine(asking(server.port(), "    rps: 0\n"));
  Sink sink(WEIR_FORM_NDJSON), other(WEIR_FORM_NDJSON);
  for (std::size_t i = 0; i < 300; ++i) {
    ASSERT_EQ(engine.feed_lines(numbered_lines(i * 20, 20), start, sink), WEIR_OK)
        << engine.message();
    std::thread second_flush(
        [&] { EXPECT_EQ(weir_flush(engine, 20 * second, other, nullptr), WEIR_OK); });
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(engine.flush(sink, 20 * second), WEIR_OK);
    second_flush.join();
    ASSERT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10)) << i;
  }
}

TEST(Held, DetectionsOfTwoRulesAddUpUnderAnOpenSchema) {
  LookupServer server(found);
  const std::string one = asking(server.port());
  std::string two = one.substr(one.find('\n') + 1);
  two.replace(two.find("ask"), 3, "two");
  Engine engine("schema: open\n" + one + two);
  Sink sink(WEIR_FORM_NDJSON);
  ASSERT_EQ(engine.feed_lines(numbered_lines(0, 1), start, sink), WEIR_OK) << engine.message();
  ASSERT_EQ(engine.flush(sink, 10 * second), WEIR_OK);
  const std::string bytes = sink.bytes();
  const std::size_t first = bytes.find("\"category\":\"Botnet\"");
  ASSERT_NE(first, std::string::npos) << bytes;
  EXPECT_NE(bytes.find("\"category\":\"Botnet\"", first + 1), std::string::npos) << bytes;
}

// Every way to answer badly, from four feeding threads, with loads in between.
TEST(Held, EveryEventLeavesExactlyOnceThroughAllOfIt) {
  std::atomic<std::uint64_t> turn = 0;
  LookupServer server([&](std::string_view request) -> Reply {
    switch (turn++ % 11) {
      case 0:
        return {std::string(finish_line)};
      case 1:
        return {"LookupFinished", true};
      case 2:
        return {{}, true};
      case 3:
        return {{}, false, true};
      case 4:
        return {"Category=half", true};
      case 5:
        return {std::string(70'000, 'x') + "\n", true};
      case 6:
        return {"\n\nCategory=A|MatchedIndicator=b\r\n7 LookupFinished\n"};
      case 7:
        return {"Category=A|MatchedIndicator=b\nLookupFinishedLookupFinished", true};
      case 8:
        return turn % 50 == 0 ? silent(request) : found(request);
      default:
        return found(request);
    }
  });
  const std::string rules = asking(
      server.port(), "    connections: 8\n    rps: 0\n    timeout: 1s\n    reconnect: 200ms\n");
  Engine engine(rules);
  constexpr std::size_t threads = 4, portions = 25, portion = 100;
  std::array<std::unique_ptr<Sink>, threads + 1> sinks;
  for (auto& sink : sinks) sink = std::make_unique<Sink>(WEIR_FORM_NDJSON);
  std::vector<std::thread> feeding;
  for (std::size_t thread = 0; thread < threads; ++thread)
    feeding.emplace_back([&, thread] {
      for (std::size_t i = 0; i < portions; ++i) {
        const std::string text = numbered_lines((thread * portions + i) * portion, portion);
        weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
        EXPECT_EQ(weir_feed_ndjson(engine, text.data(), text.size(), start, 0, *sinks[thread],
                                   &cursor, nullptr),
                  WEIR_OK);
      }
    });
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(weir_load(engine, rules.data(), rules.size(), nullptr), WEIR_OK);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  for (std::thread& thread : feeding) thread.join();
  EXPECT_TRUE(conserves(engine));
  ASSERT_EQ(engine.flush(*sinks[threads], 60 * second), WEIR_OK);
  std::vector<std::string> all;
  for (const auto& sink : sinks) {
    const auto some = ids(*sink);
    all.insert(all.end(), some.begin(), some.end());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, numbers(threads * portions * portion));
  const weir_enrichment_stats stats = engine.enrichment_stats();
  EXPECT_EQ(stats.applied + stats.missed + stats.errors, threads * portions * portion);
  EXPECT_EQ(stats.held, 0U);
  EXPECT_GT(stats.retries, 0U);
}

}  // namespace
