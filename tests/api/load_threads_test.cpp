// Documents that come and go, good and bad ones, while six threads feed, one moves the clock, one
// fills a lookup and one looks at the statistics: every event is aggregated, or passes, once.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "host.h"

namespace {

using namespace host;

constexpr std::uint64_t batch_events = 600;

// `steady` never changes, `turns` changes back and forth, `comes` comes and goes. Their events are
// told apart by Name, so that it is known what each may do.
std::string document_of_load(std::uint64_t number) {
  std::string text =
      "dictionaries: {known: {}}\naggregation:\n"
      "  - {name: steady, threshold: 1000000, lifetime: 1h, identical_fields: [SourceAddress],\n"
      "     filter: Name = 'steady'}\n"
      "  - {name: turns, identical_fields: [SourceAddress], filter: Name = 'turns', threshold: " +
      std::to_string(number % 2 == 0 ? 7 : 11) + "}\n";
  if (number % 4 < 2)
    text +=
        "  - {name: comes, threshold: 5, identical_fields: [SourceAddress], filter: Name = "
        "'comes'}\n";
  return text;
}

const char* bad(std::uint64_t number) {
  static const char* const documents[] = {
      "aggregation: [{name: steady}]", "aggregation: [", "no: such key",
      "aggregation: [{name: steady, identical_fields: [Name], callback: nobody}]"};
  return documents[number % 4];
}

void fill_by_rule(Events& events, std::string& lines) {
  static const char* const names[] = {"steady", "turns", "comes", "passes"};
  for (std::uint64_t i = 0; i < batch_events; ++i) {
    const std::string name = names[i % 4];
    const std::string source = "10.0.0." + std::to_string(i / 4 % 25);
    events.add({{"Name", text(name)}, {"SourceAddress", text(source)}});
    lines += "{\"Name\":\"" + name + "\",\"SourceAddress\":\"" + source + "\"}\n";
  }
}

struct FoundByRule {
  std::uint64_t base = 0, steady = 0, turns = 0, comes = 0, steady_closed = 0;
};

void add(FoundByRule& found, const Sink& sink) {
  for (const Seen& seen : sink.seen) {
    if (seen.kind == WEIR_OUTPUT_BASE) ++found.base;
    if (seen.kind != WEIR_OUTPUT_AGGREGATED) continue;
    const std::string& name = seen.fields.at("AggregationRuleName");
    const std::uint64_t count = std::stoull(seen.fields.at("BaseEventCount"));
    (name == "steady" ? found.steady : name == "turns" ? found.turns : found.comes) += count;
    if (name == "steady" && seen.reason == WEIR_REASON_RELOAD) ++found.steady_closed;
  }
}

class Others {
 public:
  Others(Engine& engine, std::atomic<std::size_t>& running) : engine_(engine), running_(running) {
    threads_.emplace_back([this] { load(); });
    threads_.emplace_back([this] { update(); });
    threads_.emplace_back([this] { advance(); });
    threads_.emplace_back([this] { look(); });
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
  }

  std::uint64_t good = 0, refused = 0;  // loads
  Sink sink;

 private:
  void load() {
    do {
      const std::string next = document_of_load(++good);
      EXPECT_EQ(weir_load(engine_, next.data(), next.size(), nullptr), WEIR_OK);
      const std::string_view wrong = bad(++refused);
      EXPECT_NE(weir_load(engine_, wrong.data(), wrong.size(), nullptr), WEIR_OK);
    } while (running_ > 0 || good < 4);
  }
  void update() {
    const auto csv = [](std::string_view rows) {
      return weir_table{sizeof(weir_table),        WEIR_DICTIONARY, {"known", 5}, WEIR_CSV, 0,
                        {rows.data(), rows.size()}};
    };
    const weir_table changed = csv("key,value\nk,v\n"), erased = csv("key\nk\n");
    do {
      EXPECT_EQ(weir_update_table(engine_, &changed, nullptr), WEIR_OK);
      EXPECT_EQ(weir_erase_from_table(engine_, &erased, nullptr), WEIR_OK);
    } while (running_ > 0);
  }
  void advance() {
    std::int64_t now = start;
    do EXPECT_EQ(weir_advance(engine_, now += second / 1000, sink, nullptr), WEIR_OK);
    while (running_ > 0);
  }
  void look() {
    weir_stats before{};
    do {
      const weir_stats all = engine_.stats();
      EXPECT_EQ(all.events_in, all.rejected + all.filtered + all.passed + all.taken);
      EXPECT_GE(all.events_in, before.events_in) << "counters never fall";
      EXPECT_GE(all.loads, before.loads);
      EXPECT_LE(all.rules_kept, 3 * all.loads);
      const weir_rule_stats steady = engine_.rule_stats(0);
      EXPECT_EQ(steady.taken, steady.out + steady.lone + steady.open_events);
      EXPECT_EQ(steady.closed_reload, 0U);
      before = all;
    } while (running_ > 0);
  }

  Engine& engine_;
  std::atomic<std::size_t>& running_;
  std::vector<std::thread> threads_;
};

TEST(LoadThreads, LoseAndDoubleNothingWhateverIsLoaded) {
  constexpr std::size_t feeders = 6, batches = 60;
  Events events;
  std::string lines;
  fill_by_rule(events, lines);
  Engine engine;
  ASSERT_EQ(engine.load(document_of_load(0)), WEIR_OK) << engine.message();
  std::deque<Sink> sinks(feeders);
  std::atomic<std::size_t> running = feeders;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < feeders; ++i)
    threads.emplace_back([&, i] {
      for (std::size_t batch = 0; batch < batches; ++batch) {
        weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
        EXPECT_EQ(i % 2 == 0 ? weir_feed(engine, events.data(), events.size(), start, sinks[i],
                                         nullptr, nullptr)
                             : weir_feed_ndjson(engine, lines.data(), lines.size(), start, 0,
                                                sinks[i], &cursor, nullptr),
                  WEIR_OK);
      }
      --running;
    });
  Others others(engine, running);
  for (std::thread& thread : threads) thread.join();
  others.join();

  const std::uint64_t each = feeders * batches * batch_events / 4;
  const weir_rule_stats steady = engine.rule_stats(0);
  EXPECT_EQ(steady.open_events, each) << "not one of its buckets was cut by a load";
  EXPECT_EQ(steady.open_groups, 25U);
  const auto found_now = [&] {
    FoundByRule found;
    for (const Sink& sink : sinks) add(found, sink);
    add(found, others.sink);
    return found;
  };
  EXPECT_EQ(engine.advance(start, others.sink), WEIR_OK);  // what waits
  FoundByRule found = found_now();
  const weir_stats before = engine.stats();
  EXPECT_EQ(before.waiting_outputs, 0U);
  EXPECT_EQ(found.base + found.steady + found.turns + found.comes + before.open_events, 4 * each);
  EXPECT_EQ(engine.flush(others.sink), WEIR_OK);
  found = found_now();
  EXPECT_EQ(found.steady, each);
  EXPECT_EQ(found.steady_closed, 0U);
  EXPECT_EQ(found.turns, each);
  EXPECT_EQ(found.comes + found.base, 2 * each) << "passing while its rule is gone";
  EXPECT_GE(found.base, each);
  const weir_stats all = engine.stats();
  EXPECT_EQ(all.events_in, 4 * each);
  EXPECT_EQ(all.passed, found.base);
  EXPECT_EQ(all.taken, found.steady + found.turns + found.comes);
  EXPECT_TRUE(conserves(engine));
  // The first document and `good` more; of these each keeps `steady` and changes `turns`.
  EXPECT_EQ(all.loads, others.good + 1);
  EXPECT_EQ(all.loads_refused, others.refused);
  EXPECT_EQ(all.rules_changed, others.good);
  EXPECT_EQ(
      all.rules_kept + all.rules_added + all.rules_changed, 3 + [&] {
        std::uint64_t rules = 0;
        for (std::uint64_t number = 1; number <= others.good; ++number)
          rules += number % 4 < 2 ? 3 : 2;
        return rules;
      }());
}

}  // namespace
