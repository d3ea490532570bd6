// One rule, fed random events by 1 or 4 threads, and what came of it. It sees weir.h alone.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "weir/weir.h"

namespace model {

inline constexpr std::int64_t start = 1'000'000'000'000'000;
inline constexpr std::uint64_t batches = 40;

inline std::uint32_t id(const std::string& name) {
  std::uint32_t id = 0;
  EXPECT_EQ(weir_field_id(name.data(), name.size(), &id, nullptr), WEIR_OK);
  return id;
}

inline const std::uint32_t port = id("DestinationPort"), bytes_in = id("BytesIn"),
                           source_port = id("SourcePort"), base_event_count = id("BaseEventCount");

// One rule and its options. It lives for a year, so nothing falls due.
inline std::string document(std::uint64_t threshold, const std::string& more,
                            const std::string& above = {}) {
  return above + "aggregation:\n  - name: by port\n    threshold: " + std::to_string(threshold) +
         "\n    lifetime: 365d\n    identical_fields: [DestinationPort]\n"
         "    sum_fields: [BytesIn]\n    " +
         more + "\n";
}

struct Event {
  std::uint64_t port, bytes, source_port;
};

// What a sink has seen, or what was fed.
struct Totals {
  std::map<std::uint64_t, std::uint64_t> count, bytes;  // by group, of all outputs
  std::map<std::uint64_t, std::uint64_t> full;          // closed by count, by group
  std::uint64_t base = 0, aggregated = 0, largest = 0, smallest = UINT64_MAX, evicted = 0;

  void add(const Totals& other) {
    for (const auto& [group, n] : other.count) count[group] += n;
    for (const auto& [group, n] : other.bytes) bytes[group] += n;
    for (const auto& [group, n] : other.full) full[group] += n;
    base += other.base;
    aggregated += other.aggregated;
    evicted += other.evicted;
    largest = std::max(largest, other.largest);
    smallest = std::min(smallest, other.smallest);
  }
  static void accept(void* user, const weir_output* output, std::int32_t* answer) {
    static_cast<Totals*>(user)->see(*output);
    *answer = WEIR_ACCEPT;
  }

 private:
  void see(const weir_output& output) {
    std::uint64_t group = 0, sum = 0, events = 1;
    for (std::uint64_t i = 0; i < output.event.field_count; ++i) {
      const weir_field& field = output.event.fields[i];
      if (field.id == port) group = field.word;
      if (field.id == bytes_in) sum = field.word;
      if (field.id == base_event_count) events = field.word;
    }
    count[group] += events;
    bytes[group] += sum;
    if (output.reason == WEIR_REASON_COUNT) ++full[group];
    if (output.reason == WEIR_REASON_EVICTED) ++evicted;
    if (output.kind == WEIR_OUTPUT_BASE) {
      ++base;
      return;
    }
    aggregated += 1;
    largest = std::max(largest, events);
    smallest = std::min(smallest, events);
  }
};

// The totals of every run are checked; a test adds what its option promises.
class FeedingThreads : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override { ASSERT_EQ(weir_create_engine(nullptr, &engine_, nullptr), WEIR_OK); }
  void TearDown() override { weir_destroy_engine(engine_, nullptr); }

  weir_stats stats() {
    weir_stats stats{};
    stats.struct_size = sizeof stats;
    EXPECT_EQ(weir_get_stats(engine_, &stats, nullptr), WEIR_OK);
    return stats;
  }

  // The law, of the engine and of its first rule.
  void expect_conserved() {
    const weir_stats all = stats();
    EXPECT_EQ(all.events_in, all.rejected + all.filtered + all.passed + all.taken);
    weir_rule_stats one{};
    one.struct_size = sizeof one;
    EXPECT_EQ(weir_get_rule_stats(engine_, 0, &one, nullptr), WEIR_OK);
    EXPECT_EQ(one.taken, one.out + one.lone + one.open_events);
  }

  // Loads, feeds from as many threads as the parameter says, with `meanwhile` on this one, and
  // flushes. Fills fed_ and seen_.
  void run(
      const std::string& text, std::uint64_t groups,
      const std::function<void()>& meanwhile = [] {}) {
    ASSERT_EQ(weir_load(engine_, text.data(), text.size(), nullptr), WEIR_OK) << text;
    std::vector<Totals> seen(GetParam() + 1);
    std::vector<std::vector<Event>> fed(GetParam());
    std::vector<std::thread> threads;
    std::atomic<std::size_t> running = GetParam();
    for (std::size_t i = 0; i < GetParam(); ++i)
      threads.emplace_back([&, i] {
        fed[i] = feed(i + 1, groups, seen[i]);
        --running;
      });
    while (running > 0) {
      expect_conserved();
      meanwhile();
    }
    for (std::thread& thread : threads) thread.join();
    meanwhile();
    before_flush_ = stats();
    const weir_sink sink{sizeof(weir_sink), WEIR_FORM_EVENTS, Totals::accept, &seen.back()};
    EXPECT_EQ(weir_flush(engine_, 0, &sink, nullptr), WEIR_OK);
    for (const Totals& one : seen) seen_.add(one);
    for (const auto& events : fed) fed_.insert(fed_.end(), events.begin(), events.end());
    expect_conserved();
    EXPECT_EQ(stats().events_in, fed_.size());
    EXPECT_EQ(stats().open_groups, 0U);
    EXPECT_EQ(stats().waiting_outputs, 0U);
    expect_totals();
  }

  weir_engine* engine_ = nullptr;
  std::vector<Event> fed_;
  Totals seen_;
  weir_stats before_flush_{};
  std::uint64_t rules_ = 1;  // that take an event

 private:
  std::vector<Event> feed(std::uint64_t seed, std::uint64_t groups, Totals& seen) {
    std::mt19937_64 random(seed);
    const weir_sink sink{sizeof(weir_sink), WEIR_FORM_EVENTS, Totals::accept, &seen};
    std::vector<Event> fed;
    for (std::uint64_t batch = 0; batch < batches; ++batch) {
      std::vector<Event> made(1 + random() % 700);
      std::vector<weir_field> fields;
      std::vector<weir_event> events;
      for (Event& event : made) {
        event = {1 + random() % groups, random() % 1000, random() % 30};
        fields.push_back({port, WEIR_INTEGER, 0, event.port});
        fields.push_back({bytes_in, WEIR_INTEGER, 0, event.bytes});
        fields.push_back({source_port, WEIR_INTEGER, 0, event.source_port});
      }
      for (std::size_t i = 0; i < made.size(); ++i) events.push_back({&fields[3 * i], 3, 0});
      EXPECT_EQ(weir_feed(engine_, events.data(), events.size(), start, &sink, nullptr, nullptr),
                WEIR_OK);
      fed.insert(fed.end(), made.begin(), made.end());
    }
    return fed;
  }

  // Whatever became of it, every event is in one output of each rule.
  void expect_totals() {
    std::map<std::uint64_t, std::uint64_t> count, bytes;
    for (const Event& event : fed_) {
      count[event.port] += rules_;
      bytes[event.port] += rules_ * event.bytes;
    }
    EXPECT_EQ(seen_.count, count);
    EXPECT_EQ(seen_.bytes, bytes);
  }
};

}  // namespace model
