// Millions of distinct keys under a bound of 64 MiB: what the process takes beyond what it took
// after its first event stays within 1.3 times the bound, and no event is lost. Each load runs in a
// process of its own, whose peak the system tells.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <deque>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host.h"

namespace {

using namespace host;

constexpr std::uint64_t mebibyte = 1 << 20;

#ifdef WEIR_SANITIZED
constexpr bool measures = false;  // what a sanitizer takes says nothing
constexpr std::uint64_t shrunk = 40;
#else
constexpr bool measures = true;
constexpr std::uint64_t shrunk = 1;
#endif
constexpr std::uint64_t bound = 64 * mebibyte / shrunk;

// A line of /proc/self/status, in bytes.
std::uint64_t memory(std::string_view key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(key)) return std::stoull(line.substr(key.size() + 1)) * 1024;
  return 0;
}

// Adds up the base events of what comes, and keeps nothing.
struct Counter {
  std::uint64_t base_events = 0;
  std::uint32_t count = id("BaseEventCount");

  static void accept(void* user, const weir_output* output, std::int32_t* answer) {
    auto& self = *static_cast<Counter*>(user);
    *answer = WEIR_ACCEPT;
    if (output->kind == WEIR_OUTPUT_LINES)
      return self.lines({output->bytes.data, output->bytes.size});
    std::uint64_t events = 1;  // one that passed
    for (std::uint64_t i = 0; i < output->event.field_count; ++i)
      if (output->event.fields[i].id == self.count) events = output->event.fields[i].word;
    self.base_events += events;
  }
  void lines(std::string_view text) {
    constexpr std::string_view key = "\"BaseEventCount\":";
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      std::uint64_t events = 1;
      if (const std::size_t at = line.find(key); at != line.npos)
        std::from_chars(line.data() + at + key.size(), line.data() + line.size(), events);
      base_events += events;
      text.remove_prefix(line.size() + 1);
    }
  }
};

struct Load {
  std::string rules;  // behind `aggregation:`
  std::uint64_t events = 0;
  std::uint32_t form = WEIR_FORM_EVENTS;
  unsigned threads = 1;
  std::size_t text = 0;  // the longest in DeviceAction
};

constexpr std::uint64_t call = 512;  // events

// The events of one thread.
class Feeder {
 public:
  Feeder(const Load& load, weir_engine* engine, unsigned number)
      : load_(load),
        engine_(engine),
        next_(number),
        sink_{sizeof(weir_sink), load.form, Counter::accept, &counter_} {
    // What the host needs of its own is there before anything is measured.
    if (load.form == WEIR_FORM_NDJSON) lines_.resize(call * (load.text + 80));
  }

  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

  void feed(std::uint64_t count) {
    for (; count > 0; count -= std::min(count, call)) {
      const std::uint64_t now = std::min(count, call);
      load_.form == WEIR_FORM_EVENTS ? feed_fields(now) : feed_lines(now);
    }
  }
  void flush() { EXPECT_EQ(weir_flush(engine_, 0, &sink_, nullptr), WEIR_OK); }
  std::uint64_t base_events() const { return counter_.base_events; }

 private:
  // Every number once, over all threads.
  std::uint64_t number() { return next_ += load_.threads; }
  std::string_view text_of(std::uint64_t number) const {
    if (load_.text == 0) return "login";
    const std::size_t size = number * 2654435761 % load_.text;
    return std::string_view(texts_).substr(number % 256, size);
  }

  void feed_fields(std::uint64_t count) {
    keys_.resize(count * 20);
    fields_.clear();
    events_.clear();
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t now = number();
      char* const key = keys_.data() + i * 20;
      const auto size = static_cast<std::uint64_t>(std::to_chars(key, key + 20, now).ptr - key);
      const std::string_view action = text_of(now);
      fields_.push_back({host_, WEIR_TEXT, size, address_of(key)});
      fields_.push_back({action_, WEIR_TEXT, action.size(), address_of(action.data())});
      fields_.push_back({bytes_, WEIR_INTEGER, 0, now});
    }
    for (std::uint64_t i = 0; i < count; ++i) events_.push_back({fields_.data() + 3 * i, 3, i});
    EXPECT_EQ(weir_feed(engine_, events_.data(), count, start, &sink_, nullptr, nullptr), WEIR_OK);
  }

  void feed_lines(std::uint64_t count) {
    lines_.clear();
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t now = number();
      lines_ += "{\"DeviceHostName\":\"" + std::to_string(now) + "\",\"DeviceAction\":\"";
      lines_.append(text_of(now)).append("\",\"BytesIn\":").append(std::to_string(now)) += "}\n";
    }
    weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(
        weir_feed_ndjson(engine_, lines_.data(), lines_.size(), start, 0, &sink_, &cursor, nullptr),
        WEIR_OK);
  }

  const Load& load_;
  weir_engine* engine_;
  std::uint64_t next_;
  Counter counter_;
  weir_sink sink_;
  const std::string texts_ = std::string(8192, 't');
  const std::uint32_t host_ = id("DeviceHostName"), action_ = id("DeviceAction"),
                      bytes_ = id("BytesIn");
  std::vector<char> keys_;
  std::vector<weir_field> fields_;
  std::vector<weir_event> events_;
  std::string lines_;
};

void run(const Load& load) {
  const std::uint64_t events = load.events / shrunk / load.threads * load.threads;
  Engine engine("bounds: {max_bytes: " + std::to_string(bound) + "}\naggregation:\n" + load.rules);
  std::deque<Feeder> feeders;
  for (unsigned i = 0; i < load.threads; ++i) feeders.emplace_back(load, engine, i);
  for (Feeder& feeder : feeders) feeder.feed(1);
  const std::uint64_t first = memory("VmRSS:");
  std::vector<std::thread> threads;
  for (Feeder& feeder : feeders)
    threads.emplace_back([&] { feeder.feed(events / load.threads - 1); });
  for (std::thread& thread : threads) thread.join();
  const weir_stats stats = engine.stats();
  EXPECT_GT(stats.closed_evicted, 0U);
  EXPECT_LE(stats.open_bytes, bound);
  EXPECT_TRUE(conserves(engine));
  std::uint64_t out = 0;
  for (const Feeder& feeder : feeders) out += feeder.base_events();
  EXPECT_EQ(out + stats.open_events, events);
  feeders.front().flush();
  const std::uint64_t peak = memory("VmHWM:") - first;
  std::printf(
      "%.1f MiB after the first event, %.1f MiB more at the peak (%.2f of the bound), %.1f open\n",
      static_cast<double>(first) / mebibyte, static_cast<double>(peak) / mebibyte,
      static_cast<double>(peak) / bound, static_cast<double>(stats.open_bytes) / mebibyte);
  if (measures) {
    EXPECT_LE(peak, bound / 10 * 13);
    EXPECT_GT(peak, bound / 2) << "the load fills the bound";
  }
  out = 0;
  for (const Feeder& feeder : feeders) out += feeder.base_events();
  EXPECT_EQ(out, events);
}

void run_alone(const Load& load) {
  std::fflush(stdout);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    run(load);
    std::fflush(stdout);
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

const std::string sums =
    "  - {name: s, lifetime: 3600, threshold: 1000, identical_fields: [DeviceHostName], "
    "sum_fields: [BytesIn]}\n";
const std::string lists =
    "  - {name: u, lifetime: 3600, threshold: 1000, identical_fields: [DeviceHostName], "
    "unique_fields: [DeviceAction]}\n";
const std::string others =
    "  - {name: o, lifetime: 3600, threshold: 1000, identical_fields: [DeviceHostName], "
    "other_fields: first, sum_fields: [BytesIn]}\n";

TEST(MemoryBound, TenMillionKeys) { run_alone({sums, 10'000'000}); }
TEST(MemoryBound, SumsOfLines) { run_alone({sums, 1'000'000, WEIR_FORM_NDJSON}); }
TEST(MemoryBound, SumsFromFourThreads) { run_alone({sums, 1'200'000, WEIR_FORM_EVENTS, 4}); }
TEST(MemoryBound, ListsOfTextsOfManySizes) {
  run_alone({lists, 220'000, WEIR_FORM_EVENTS, 1, 1000});
}
TEST(MemoryBound, ListsOfTextsFromFourThreads) {
  run_alone({lists, 250'000, WEIR_FORM_NDJSON, 4, 1000});
}
TEST(MemoryBound, ListsOfLongTexts) { run_alone({lists, 80'000, WEIR_FORM_EVENTS, 1, 7900}); }
TEST(MemoryBound, OtherFields) { run_alone({others, 400'000, WEIR_FORM_EVENTS, 1, 300}); }
TEST(MemoryBound, OtherFieldsOfLinesFromFourThreads) {
  run_alone({others, 400'000, WEIR_FORM_NDJSON, 4, 300});
}

// Each with the events that the one before has not got.
TEST(MemoryBound, SeveralRules) {
  std::string rules;
  for (const char digit : {'1', '2', '3'}) {
    rules +=
        std::string("  - {name: r") + digit +
        ", lifetime: 3600, threshold: 1000, identical_fields: [DeviceHostName], unique_fields: "
        "[DeviceAction], sum_fields: [BytesIn], filter: \"DeviceHostName endsWith '" +
        digit + "'\"}\n";
  }
  run_alone({rules + others, 400'000, WEIR_FORM_EVENTS, 1, 200});
}

TEST(MemoryBound, LoneEventsThatAreKept) {
  run_alone(
      {"  - {name: l, lifetime: 3600, threshold: 1000, identical_fields: [DeviceHostName], single: "
       "pass}\n",
       350'000, WEIR_FORM_NDJSON, 1, 300});
}

}  // namespace
