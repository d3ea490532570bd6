// Random events from several threads into one engine: totals stay exact and thresholds hold,
// whatever else happens to the engine meanwhile. Which event lands in which bucket is not
// determined, so totals are compared with those of the events themselves. Links the library, sees
// weir.h alone.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "weir/weir.h"

namespace {

constexpr std::uint64_t full_at = 7;
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t start = 1'000'000 * second;

struct Totals {
  std::uint64_t events = 0, passed = 0;
  std::map<std::int64_t, std::uint64_t> count, bytes;  // by group
  bool operator==(const Totals&) const = default;
  void add(const Totals& other) {
    events += other.events;
    passed += other.passed;
    for (const auto& [group, n] : other.count) count[group] += n;
    for (const auto& [group, n] : other.bytes) bytes[group] += n;
  }
};

std::uint32_t id(const std::string& name) {
  std::uint32_t id = 0;
  EXPECT_EQ(weir_field_id(name.data(), name.size(), &id, nullptr), WEIR_OK);
  return id;
}

// What a sink has seen. One a thread.
struct Seen {
  Totals totals;
  std::uint64_t largest = 0;      // count of an aggregated event
  std::uint64_t wrong_count = 0;  // closed by count, but not at the threshold
  std::uint32_t port = id("DestinationPort"), bytes_in = id("BytesIn"),
                base_event_count = id("BaseEventCount");

  static void accept(void* user, const weir_output* output, std::int32_t* answer) {
    static_cast<Seen*>(user)->add(*output);
    *answer = WEIR_ACCEPT;
  }

 private:
  void add(const weir_output& output) {
    if (output.kind == WEIR_OUTPUT_BASE) {
      ++totals.passed;
      return;
    }
    std::uint64_t group = 0, bytes = 0, count = 0;
    for (std::uint64_t i = 0; i < output.event.field_count; ++i) {
      const weir_field& field = output.event.fields[i];
      if (field.id == port) group = field.word;
      if (field.id == bytes_in) bytes = field.word;
      if (field.id == base_event_count) count = field.word;
    }
    totals.count[static_cast<std::int64_t>(group)] += count;
    totals.bytes[static_cast<std::int64_t>(group)] += bytes;
    largest = std::max(largest, count);
    if (output.reason == WEIR_REASON_COUNT && count != full_at) ++wrong_count;
  }
};

weir_sink sink_of(Seen& seen) { return {sizeof(weir_sink), WEIR_FORM_EVENTS, Seen::accept, &seen}; }

std::string document(const std::string& lifetime) {
  return "aggregation:\n  - name: by port\n    threshold: " + std::to_string(full_at) +
         "\n    lifetime: " + lifetime +
         "\n    identical_fields: [DestinationPort]\n    sum_fields: [BytesIn]\n";
}

class Threads : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    ASSERT_EQ(weir_create_engine(nullptr, &engine_, nullptr), WEIR_OK);
    load("10s");
  }
  void TearDown() override { weir_destroy_engine(engine_, nullptr); }

  void load(const std::string& lifetime) {
    const std::string text = document(lifetime);
    EXPECT_EQ(weir_load(engine_, text.data(), text.size(), nullptr), WEIR_OK);
  }

  // Feeds batches of random sizes; the clock runs on now and then. Returns what was fed.
  Totals feed(std::uint64_t seed, Seen& seen) {
    std::mt19937_64 random(seed);
    const weir_sink sink = sink_of(seen);
    Totals fed;
    std::int64_t now = start;
    for (int batch = 0; batch < 60; ++batch) {
      std::vector<std::vector<weir_field>> fields(1 + random() % 700);
      std::vector<weir_event> events;
      for (auto& of : fields) {
        const std::uint64_t port = random() % 40, bytes = random() % 1000;
        if (port != 0) of.push_back({seen.port, WEIR_INTEGER, 0, port});
        of.push_back({seen.bytes_in, WEIR_INTEGER, 0, bytes});
        events.push_back({of.data(), of.size(), 0});
        ++fed.events;
        if (port == 0) {
          ++fed.passed;
        } else {
          ++fed.count[static_cast<std::int64_t>(port)];
          fed.bytes[static_cast<std::int64_t>(port)] += bytes;
        }
      }
      if (random() % 4 == 0) now += 3 * second;
      EXPECT_EQ(weir_feed(engine_, events.data(), events.size(), now, &sink, nullptr, nullptr),
                WEIR_OK);
    }
    return fed;
  }

  weir_stats stats() {
    weir_stats stats{};
    stats.struct_size = sizeof stats;
    EXPECT_EQ(weir_get_stats(engine_, &stats, nullptr), WEIR_OK);
    return stats;
  }

  // As many threads as the parameter says, and `meanwhile` on this one until they end.
  template <class Meanwhile>
  void run(Meanwhile&& meanwhile) {
    const std::size_t count = GetParam();
    std::vector<Seen> seen(count + 1);  // the last: this thread's
    std::vector<Totals> fed(count);
    std::vector<std::thread> threads;
    std::atomic<std::size_t> running = count;
    for (std::size_t i = 0; i < count; ++i)
      threads.emplace_back([&, i] {
        fed[i] = feed(i + 1, seen[i]);
        --running;
      });
    const weir_sink sink = sink_of(seen.back());
    while (running > 0) meanwhile(sink);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(weir_flush(engine_, 0, &sink, nullptr), WEIR_OK);

    Totals expected, found;
    for (const Totals& one : fed) expected.add(one);
    for (const Seen& one : seen) {
      found.add(one.totals);
      EXPECT_LE(one.largest, full_at);
      EXPECT_EQ(one.wrong_count, 0U);
    }
    found.events = expected.events;  // no output says
    EXPECT_EQ(found, expected);
    const weir_stats all = stats();
    EXPECT_EQ(all.events_in, expected.events);
    EXPECT_EQ(all.passed, expected.passed);
    EXPECT_EQ(all.taken, expected.events - expected.passed);
    EXPECT_EQ(all.open_groups, 0U);
    EXPECT_EQ(all.waiting_outputs, 0U);
  }

  weir_engine* engine_ = nullptr;
};

TEST_P(Threads, KeepTotalsAndThresholds) {
  run([](const weir_sink&) { std::this_thread::yield(); });
}

TEST_P(Threads, KeepTotalsAndThresholdsWhileTheEngineIsReloadedFlushedAndRead) {
  std::uint64_t rounds = 0;
  run([&](const weir_sink& sink) {
    switch (++rounds % 4) {
      case 0:
        load(rounds % 8 == 0 ? "10s" : "20s");
        break;
      case 1:
        EXPECT_EQ(weir_flush(engine_, 0, &sink, nullptr), WEIR_OK);
        break;
      case 2:
        EXPECT_EQ(weir_advance(engine_, start, &sink, nullptr), WEIR_OK);
        break;
      default: {
        const weir_stats all = stats();
        EXPECT_EQ(all.events_in, all.rejected + all.filtered + all.passed + all.taken);
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Model, Threads, testing::Values(1, 4));

// Whatever a sink is offered, another thread opens a bucket more.
struct Opener {
  weir_engine* engine;
  std::uint32_t port = id("DestinationPort");
  std::uint64_t opened = 0, limit, outputs = 0;

  void open() {
    const weir_field field{port, WEIR_INTEGER, 0, opened++};
    const weir_event event{&field, 1, 0};
    const weir_sink none{
        sizeof(weir_sink), WEIR_FORM_EVENTS,
        [](void*, const weir_output*, std::int32_t* answer) { *answer = WEIR_ACCEPT; }, nullptr};
    EXPECT_EQ(weir_feed(engine, &event, 1, start, &none, nullptr, nullptr), WEIR_OK);
  }
  static void accept(void* user, const weir_output*, std::int32_t* answer) {
    auto& self = *static_cast<Opener*>(user);
    ++self.outputs;
    if (self.opened < self.limit) std::thread([&] { self.open(); }).join();
    *answer = WEIR_ACCEPT;
  }
};

TEST(Flush, ClosesWhatWasOpenWhenItBeganAndEndsThoughAnotherThreadFeeds) {
  weir_engine* engine = nullptr;
  ASSERT_EQ(weir_create_engine(nullptr, &engine, nullptr), WEIR_OK);
  const std::string text = document("10s");
  ASSERT_EQ(weir_load(engine, text.data(), text.size(), nullptr), WEIR_OK);
  Opener opener{engine, id("DestinationPort"), 0, 1000};
  constexpr std::uint64_t groups = 100;
  while (opener.opened < groups) opener.open();
  const weir_sink sink{sizeof(weir_sink), WEIR_FORM_EVENTS, Opener::accept, &opener};
  EXPECT_EQ(weir_flush(engine, 0, &sink, nullptr), WEIR_OK);
  EXPECT_EQ(opener.outputs, groups);
  EXPECT_EQ(opener.opened, 2 * groups);
  weir_stats stats{};
  stats.struct_size = sizeof stats;
  EXPECT_EQ(weir_get_stats(engine, &stats, nullptr), WEIR_OK);
  EXPECT_EQ(stats.open_groups, groups) << "those that opened meanwhile";
  EXPECT_EQ(weir_destroy_engine(engine, nullptr), WEIR_OK);
}

}  // namespace
