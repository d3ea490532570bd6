// What users of other aggregators complain of again and again, one complaint a test.
//
// | complaint                               | test                                      |
// |-----------------------------------------|-------------------------------------------|
// | many keys: memory without bound         | bounds_test.cpp                           |
// | never flushes while events keep coming  | GroupsCloseWhileEventsKeepComing          |
// | data are lost at stop, restart, reload  | AReloadLosesNothing; load_test.cpp,       |
// |                                         | snapshot_test.cpp, host/crash_test.py     |
// | aggregates do not add up                | SumsAddUpAtEveryThreshold;                |
// |                                         | conservation_test.cpp, tests/model        |
// | multi-field keys mix groups             | KeysOfSeveralFieldsStayApart              |
// | a clock jump or a bad date stops all    | OneBadDateStopsNothing;                   |
// |                                         | bad_clock_test.cpp, clock_test.cpp        |
// | base events pass or vanish unexpectedly | EveryEventHasOneFate                      |
// | a second rule never sees the event      | ASecondRuleSeesTheEvent                   |
// | numeric keys are summed or rewritten    | NumbersAsKeysStayAsTheyAre                |
// | no first and last time, no count        | AnAggregateSaysWhenAndHowMany             |
// | nobody can say why it did not aggregate | WhyAnEventDoesNotAggregateIsTold          |
// | rules with timers cannot be tested      | TimersRunOnTheHostsTime;                  |
// |                                         | host/test_command_test.py                 |
// | wrong with several workers; deadlocks   | ThreadsGiveTheSameTotals,                 |
// |                                         | ACallbackThatFeedsIsToldThatItIsBusy;     |
// |                                         | eight_feeders_test.cpp, reentry_test.cpp  |
// | a reload of a table half-loads          | ATableIsReplacedWholeUnderLoad            |
// | IPv4 and IPv6 keys are mixed up         | MappedAddressesAreOtherKeys               |

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "explained.h"

namespace {

using namespace host;

std::uint64_t counted(const Sink& sink) {
  std::uint64_t count = 0;
  for (const Seen& seen : sink.of_kind(WEIR_OUTPUT_AGGREGATED))
    count += std::stoull(seen.fields.at("BaseEventCount"));
  return count;
}

// The values that a field has in the outputs, in order.
std::vector<std::string> values(const Sink& sink, const std::string& field) {
  std::vector<std::string> all;
  for (const Seen& seen : sink.seen)
    all.push_back(seen.fields.contains(field) ? seen.fields.at(field) : "absent");
  return all;
}

using Texts = std::vector<std::string>;

TEST(Peers, GroupsCloseWhileEventsKeepComing) {
  Engine engine(rule(1'000'000, 10));
  Sink sink;
  const Events event{{{"SourceAddress", text("a")}}};
  for (int i = 0; i < 100; ++i) engine.feed(event, start + i * second, sink);
  engine.advance(start + 100 * second, sink);
  EXPECT_EQ(values(sink, "BaseEventCount"), Texts(10, "10")) << "the window begins with the first";
}

TEST(Peers, AReloadLosesNothing) {
  Engine engine(rule(100, 10));
  Sink sink;
  const Events event{{{"SourceAddress", text("a")}}};
  for (int i = 0; i < 50; ++i) {
    engine.feed(event, start, sink);
    ASSERT_EQ(engine.load(rule(i % 2 == 0 ? 100U : 7U, 10)), WEIR_OK);
    EXPECT_TRUE(conserves(engine));
  }
  engine.flush(sink);
  EXPECT_EQ(counted(sink), 50U);
}

TEST(Peers, SumsAddUpAtEveryThreshold) {
  for (std::uint32_t threshold = 1; threshold <= 12; ++threshold) {
    Engine engine(rule(threshold, 3, "sum_fields: [BytesIn]"));
    Sink sink;
    std::int64_t fed = 0;
    for (int i = 0; i < 200; ++i) {
      const Events events{{{"SourceAddress", number(i % 7)}, {"BytesIn", number(i)}}};
      engine.feed(events, start + i * second / 4, sink);
      fed += i;
    }
    engine.flush(sink);
    std::int64_t sum = 0;
    for (const std::string& bytes : values(sink, "BytesIn")) sum += std::stoll(bytes);
    EXPECT_EQ(sum, fed) << "threshold " << threshold;
    EXPECT_EQ(counted(sink), 200U);
  }
}

TEST(Peers, KeysOfSeveralFieldsStayApart) {
  Engine engine("aggregation: [{name: r, identical_fields: [SourceAddress, SourceUserName]}]");
  Sink sink;
  const Events events{{{"SourceAddress", text("ab")}, {"SourceUserName", text("c")}},
                      {{"SourceAddress", text("a")}, {"SourceUserName", text("bc")}},
                      {{"SourceAddress", text("abc")}},
                      {{"SourceUserName", text("abc")}},
                      {{"SourceAddress", text("a|b")}, {"SourceUserName", text("c")}},
                      {{"SourceAddress", text("a")}, {"SourceUserName", text("b|c")}}};
  engine.feed(events, start, sink);
  engine.flush(sink);
  EXPECT_EQ(values(sink, "BaseEventCount"), Texts(6, "1"));
}

TEST(Peers, OneBadDateStopsNothing) {
  Engine engine(rule(1000, 10), WEIR_CLOCK_EVENT);
  Sink sink;
  for (int i = 0; i < 100; ++i) {
    const std::int64_t now = start + i * second;
    const std::int64_t time = i == 42 ? 4'070'908'800'000 : now / 1'000'000;  // 2099
    const Events event{{{"SourceAddress", text("a")}, {"Timestamp", number(time)}}};
    engine.feed(event, now, sink);
  }
  engine.advance(start + 100 * second, sink);
  EXPECT_EQ(values(sink, "BaseEventCount"), Texts(10, "10"));
  EXPECT_EQ(engine.stats().future_times, 1U);
}

TEST(Peers, EveryEventHasOneFate) {
  Engine engine("filter: not Name = 'noise'\n" + rule(2, 10));
  Sink sink(WEIR_FORM_NDJSON);
  engine.feed_lines(
      "no event\n"
      "{\"Name\":\"noise\",\"SourceAddress\":\"a\"}\n"
      "{\"Name\":\"nobody's\"}\n"
      "{\"SourceAddress\":\"a\"}\n"
      "{\"SourceAddress\":\"a\"}\n",
      start, sink);
  const weir_stats stats = engine.stats();
  EXPECT_EQ(stats.events_in, 5U);
  EXPECT_EQ(stats.rejected, 1U);
  EXPECT_EQ(stats.filtered, 1U);
  EXPECT_EQ(stats.passed, 1U);
  EXPECT_EQ(stats.taken, 2U);
  EXPECT_EQ(sink.of_kind(WEIR_OUTPUT_REJECTED).size(), 1U);
  const std::string bytes = sink.bytes();
  EXPECT_TRUE(bytes.starts_with("{\"Name\":\"nobody's\"}\n")) << "unchanged";
  EXPECT_EQ(std::count(bytes.begin(), bytes.end(), '\n'), 2);
}

TEST(Peers, ASecondRuleSeesTheEvent) {
  const std::string second_rule = "  - {name: second, identical_fields: [SourceAddress]}\n";
  const Events event{{{"SourceAddress", text("a")}}};
  for (const bool all : {false, true}) {
    Engine engine((all ? "match: all\n" : "") + rule(100, 10) + second_rule);
    Sink sink;
    engine.feed(event, start, sink);
    EXPECT_EQ(engine.rule_stats(0).taken, 1U);
    EXPECT_EQ(engine.rule_stats(1).taken, all ? 1U : 0U);
    EXPECT_EQ(engine.stats().taken, 1U) << "of an event once, whoever has it";
  }
}

TEST(Peers, NumbersAsKeysStayAsTheyAre) {
  Engine engine("aggregation: [{name: r, identical_fields: [DestinationPort, SourceUserName]}]");
  Sink sink(WEIR_FORM_NDJSON);
  engine.feed_lines(
      "{\"DestinationPort\":443,\"SourceUserName\":\"007\"}\n"
      "{\"DestinationPort\":443,\"SourceUserName\":\"007\"}\n"
      "{\"DestinationPort\":9223372036854775807,\"SourceUserName\":\"7\"}\n",
      start, sink);
  engine.flush(sink);
  const std::string lines = sink.bytes();
  EXPECT_NE(lines.find("\"DestinationPort\":443,\"SourceUserName\":\"007\""), std::string::npos);
  EXPECT_NE(lines.find("\"DestinationPort\":9223372036854775807,\"SourceUserName\":\"7\""),
            std::string::npos)
      << lines;
}

TEST(Peers, AnAggregateSaysWhenAndHowMany) {
  Engine engine(rule(100, 10));
  Sink sink;
  Events events;
  for (const std::int64_t time : {5'000, 3'000, 9'000})
    events.add({{"SourceAddress", text("a")}, {"Timestamp", number(time)}});
  engine.feed(events, start, sink);
  engine.advance(start + 10 * second, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  const auto& fields = sink.seen[0].fields;
  EXPECT_EQ(fields.at("BaseEventCount"), "3");
  EXPECT_EQ(fields.at("StartTime"), "3000");
  EXPECT_EQ(fields.at("EndTime"), "9000");
  EXPECT_EQ(fields.at("Timestamp"), std::to_string((start + 10 * second) / 1'000'000));
}

TEST(Peers, WhyAnEventDoesNotAggregateIsTold) {
  Engine engine(rule(100, 10, "filter: DestinationPort = 53 and not DeviceVendor startsWith 'Ze'"));
  const Answer answer(
      engine,
      question_of(R"({"SourceAddress":"a","DestinationPort":53,"DeviceVendor":"Zeek"})", start));
  EXPECT_EQ(answer.outcome(), "passed");
  EXPECT_EQ(answer.rule(0, "because"), "filter");
  const std::string leaf = "filter/children/1/children/0/";
  EXPECT_EQ(answer.rule(0, leaf + "expression"), "DeviceVendor startsWith 'Ze'");
  EXPECT_EQ(answer.rule(0, leaf + "left"), "Zeek");
  EXPECT_EQ(answer.rule(0, leaf + "decided"), "true");
}

TEST(Peers, TimersRunOnTheHostsTime) {
  Engine engine(rule(100, 365 * 86'400));
  Sink sink;
  const Events event{{{"SourceAddress", text("a")}}};
  engine.feed(event, start, sink);
  engine.advance(start + 365 * 86'400 * second - 1, sink);
  EXPECT_TRUE(sink.seen.empty());
  engine.advance(start + 365 * 86'400 * second, sink);
  EXPECT_EQ(sink.seen.size(), 1U) << "a year passes at once";
}

TEST(Peers, ThreadsGiveTheSameTotals) {
  constexpr int each = 10'000, groups = 50;
  for (const int threads : {1, 4}) {
    Engine engine(rule(100, 10, "sum_fields: [BytesIn]"));
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(threads));
    std::vector<std::thread> feeders;
    for (int thread = 0; thread < threads; ++thread)
      feeders.emplace_back([&, thread] {
        Sink sink;
        Events events;
        for (int i = 0; i < each / threads; ++i)
          events.add({{"SourceAddress", number(i % groups)}, {"BytesIn", number(1)}});
        weir_feed(engine, events.data(), events.size(), start, sink, nullptr, nullptr);
        counts[static_cast<std::size_t>(thread)] = counted(sink);
      });
    for (std::thread& feeder : feeders) feeder.join();
    Sink rest;
    engine.flush(rest);
    std::uint64_t all = counted(rest);
    for (const std::uint64_t count : counts) all += count;
    EXPECT_EQ(all, std::uint64_t{each});
    EXPECT_EQ(engine.rule_stats(0).closed_count, std::uint64_t{each} / 100) << threads;
    EXPECT_TRUE(conserves(engine));
  }
}

TEST(Peers, ACallbackThatFeedsIsToldThatItIsBusy) {
  Engine engine(rule(1, 10));
  Sink sink;
  Sink inner;
  const Events event{{{"SourceAddress", text("a")}}};
  std::int32_t status = WEIR_OK;
  sink.answer = [&](const weir_output&) {
    status = weir_feed(engine, event.data(), 1, start, inner, nullptr, nullptr);
    return WEIR_ACCEPT;
  };
  EXPECT_EQ(engine.feed(event, start, sink), WEIR_OK);
  EXPECT_EQ(status, WEIR_BUSY);
  EXPECT_EQ(engine.stats().events_in, 1U);
}

// Two entries that every state of the dictionary has alike: an event that finds them different has
// seen half of one.
TEST(Peers, ATableIsReplacedWholeUnderLoad) {
  Engine engine(
      "dictionaries: {State: {entries: {left: '0', right: '0'}}}\n"
      "filter: dictionary('State', SourceUserName) = dictionary('State', DestinationUserName)\n");
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> fed = 0;
  std::vector<std::thread> feeders;
  for (int thread = 0; thread < 2; ++thread)
    feeders.emplace_back([&] {
      const Sink sink;
      Events events;
      add(events, 100, {{"SourceUserName", text("left")}, {"DestinationUserName", text("right")}});
      while (!done.load()) {
        weir_feed(engine, events.data(), events.size(), start, sink, nullptr, nullptr);
        fed += events.size();
      }
    });
  for (int state = 1; state <= 200 || fed.load() == 0; ++state) {
    const std::string value = std::to_string(state);
    ASSERT_EQ(
        engine.set_table(WEIR_DICTIONARY, "State", "left," + value + "\nright," + value + "\n"),
        WEIR_OK);
  }
  done = true;
  for (std::thread& feeder : feeders) feeder.join();
  EXPECT_EQ(engine.stats().filtered, 0U) << "of " << fed;
  EXPECT_EQ(engine.stats().passed, fed.load());
}

TEST(Peers, MappedAddressesAreOtherKeys) {
  Engine engine(rule(100, 10, "filter: SourceAddress inSubnet '192.0.2.0/24'"));
  Sink sink;
  const Events events{{{"SourceAddress", text("192.0.2.1")}},
                      {{"SourceAddress", text("::ffff:192.0.2.1")}}};
  engine.feed(events, start, sink);
  engine.feed(events, start, sink);
  engine.flush(sink);
  EXPECT_EQ(values(sink, "SourceAddress"), (Texts{"192.0.2.1", "::ffff:192.0.2.1"}));
  EXPECT_EQ(values(sink, "BaseEventCount"), (Texts{"2", "2"}));
}

}  // namespace
