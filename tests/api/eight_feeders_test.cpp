// Every call that waits for feeding threads, over and over, while eight of them feed: four fields,
// four lines. Nothing is lost, nothing comes twice, every user's data is destroyed once.

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "feeder_batch.h"

namespace {

using namespace host;

// Base events, by what became of them.
struct FoundByKind {
  std::uint64_t passed = 0, aggregated = 0;
};

void count_line(FoundByKind& found, std::string_view line) {
  constexpr std::string_view key = "\"BaseEventCount\":";
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos)
    ++found.passed;
  else
    found.aggregated += std::stoull(std::string(line.substr(at + key.size())));
}

FoundByKind found_by(const Sink& sink) {
  FoundByKind found;
  for (const Seen& seen : sink.seen) {
    if (seen.kind == WEIR_OUTPUT_BASE) ++found.passed;
    if (seen.kind == WEIR_OUTPUT_AGGREGATED)
      found.aggregated += std::stoull(seen.fields.at("BaseEventCount"));
    for (std::size_t from = 0; from < seen.bytes.size() && seen.kind == WEIR_OUTPUT_LINES;) {
      const std::size_t end = seen.bytes.find('\n', from);
      count_line(found, std::string_view(seen.bytes).substr(from, end - from));
      from = end + 1;
    }
  }
  return found;
}

std::atomic<std::uint64_t> made_users = 0, destroyed_users = 0;

weir_callbacks callbacks() {
  ++made_users;
  weir_callbacks made{};
  made.struct_size = sizeof made;
  made.filter = [](void*, const weir_event* events, std::uint64_t count, std::int32_t* answers) {
    for (std::uint64_t i = 0; i < count; ++i)
      answers[i] = events[i].field_count > 1 ? WEIR_TAKE : WEIR_LEAVE;
  };
  made.enrich = [](void*, const weir_event*, weir_additions* additions, std::int32_t* answer) {
    static const std::uint32_t message = id("Message");
    const weir_field field{message, WEIR_INTEGER, 0, 7};
    *answer = weir_set_field(additions, &field, nullptr);
  };
  made.destroy = [](void*) { ++destroyed_users; };
  return made;
}

// What the thread that does not feed does, round after round.
class Meddler {
 public:
  Meddler(Engine& engine, Sink& sink) : engine_(engine), sink_(sink) {}

  void round() {
    static const std::string documents[] = {
        rule(7), rule(7) + "enrichment:\n  - {type: host, name: mark, callback: ours}\n",
        rule(9, 10, "callback: ours"), "filter: not Name = 'noise'\n" + rule(7, 20)};
    ++rounds;
    EXPECT_EQ(engine_.load(documents[rounds % 4]), WEIR_OK) << engine_.message();
    create_or_destroy_a_rule();
    const weir_callbacks bound = callbacks();
    EXPECT_EQ(engine_.set_callback("ours", &bound), WEIR_OK) << engine_.message();
    EXPECT_EQ(engine_.advance(start + static_cast<std::int64_t>(rounds) * second / 50, sink_),
              WEIR_OK);
    if (rounds % 3 == 0) {
      EXPECT_EQ(engine_.flush(sink_), WEIR_OK);
    }
    look();
  }

  std::uint64_t rounds = 0;

 private:
  void create_or_destroy_a_rule() {
    static constexpr const char* created =
        "name: created\nidentical_fields: [BytesIn]\nthreshold: 5\n";
    if (rule_ == nullptr) {
      const weir_callbacks own = callbacks();
      EXPECT_EQ(engine_.create_rule(created, &own, &rule_), WEIR_OK) << engine_.message();
    } else {
      EXPECT_EQ(weir_destroy_rule(std::exchange(rule_, nullptr), nullptr), WEIR_OK);
    }
  }
  void look() {
    const weir_stats all = engine_.stats();
    EXPECT_EQ(all.events_in, all.rejected + all.filtered + all.passed + all.taken);
    EXPECT_GE(all.events_in, events_in_) << "counters never fall";
    events_in_ = all.events_in;
    const weir_rule_stats one = engine_.rule_stats(0);
    EXPECT_EQ(one.taken, one.out + one.lone + one.open_events);
  }

  Engine& engine_;
  Sink& sink_;
  weir_rule* rule_ = nullptr;
  std::uint64_t events_in_ = 0;
};

TEST(EightFeeders, AndEveryCallThatWaitsForThemLoseAndDoubleNothing) {
  made_users = destroyed_users = 0;
  constexpr std::size_t feeders = 8, batches = 80;
  const FeederBatch fed;
  FoundByKind found;
  {
    Engine engine;
    const weir_callbacks bound = callbacks();
    ASSERT_EQ(engine.set_callback("ours", &bound), WEIR_OK) << engine.message();
    ASSERT_EQ(engine.load(rule(7)), WEIR_OK) << engine.message();
    std::deque<Sink> sinks;
    for (std::size_t i = 0; i <= feeders; ++i)
      sinks.emplace_back(i % 2 == 0 ? WEIR_FORM_EVENTS : WEIR_FORM_NDJSON);
    std::vector<std::thread> threads;
    std::atomic<std::size_t> running = feeders;
    for (std::size_t i = 0; i < feeders; ++i)
      threads.emplace_back([&, i] {
        for (std::size_t batch = 0; batch < batches; ++batch) {
          weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
          EXPECT_EQ(i % 4 < 2 ? weir_feed(engine, fed.events.data(), fed.events.size(), start,
                                          sinks[i], nullptr, nullptr)
                              : weir_feed_ndjson(engine, fed.lines.data(), fed.lines.size(), start,
                                                 0, sinks[i], &cursor, nullptr),
                    WEIR_OK);
        }
        --running;
      });
    Meddler meddler(engine, sinks.back());
    do meddler.round();
    while (running > 0);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(engine.flush(sinks.back()), WEIR_OK);
    for (const Sink& sink : sinks) {
      const FoundByKind one = found_by(sink);
      found.passed += one.passed;
      found.aggregated += one.aggregated;
    }
    const weir_stats all = engine.stats();
    EXPECT_EQ(all.events_in, feeders * batches * fed.events.size());
    EXPECT_EQ(all.passed, found.passed);
    EXPECT_EQ(all.taken, found.aggregated);
    EXPECT_EQ(all.open_groups, 0U);
    EXPECT_EQ(all.waiting_outputs, 0U);
    EXPECT_TRUE(conserves(engine));
    EXPECT_GT(meddler.rounds, 0U);
  }
  EXPECT_EQ(destroyed_users, made_users);
}

}  // namespace
