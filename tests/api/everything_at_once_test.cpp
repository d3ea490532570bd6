// Eight threads that feed fields, lines, records and batches, while others load documents, take
// snapshots and restore them, change lookups, and read counters, metrics and explanations. For the
// thread sanitizer above all; and nothing is lost, nothing comes twice.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "batch.h"
#include "host.h"

namespace {

using namespace host;

constexpr std::size_t feeding_rounds = 12;
constexpr std::uint64_t round_events = 600;  // more than a chunk

constexpr std::string_view lookups =
    "dictionaries: {D: {}}\n"
    "tables: {T: {keys: [k], columns: [v]}}\n";
constexpr std::string_view lookup_enrichments =
    "enrichment:\n"
    "  - {name: dictionary, type: dictionary, dictionary: D, keys: [SourceAddress],"
    " target: Message}\n"
    "  - {name: table, type: table, table: T, keys: [SourceAddress], mapping: {v: S.v}}\n";

std::string document_of_round(std::uint64_t number) {
  static const std::string documents[] = {
      rule(7), rule(7, 10, "filter: inDictionary('D', SourceAddress)"),
      rule(7, 10, "other_fields: common"), rule(9, 20, "unique_fields: [BytesIn]")};
  std::string text(lookups);
  if (number % 2 == 0) text += lookup_enrichments;
  return text + documents[number % 4];
}

// Counts, so that a long run remembers nothing. Of one thread.
class Counter {
 public:
  Counter() = default;
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;
  operator const weir_sink*() const { return &sink_; }
  std::uint64_t base = 0, base_events = 0;

 private:
  static void accept(void* user, const weir_output* output, std::int32_t* answer) {
    Counter& self = *static_cast<Counter*>(user);
    static const std::uint32_t count = id("BaseEventCount");
    *answer = WEIR_ACCEPT;
    if (output->kind == WEIR_OUTPUT_BASE) ++self.base;
    if (output->kind != WEIR_OUTPUT_AGGREGATED) return;
    for (std::uint64_t i = 0; i < output->event.field_count; ++i)
      if (output->event.fields[i].id == count) self.base_events += output->event.fields[i].word;
  }
  weir_sink sink_{sizeof(weir_sink), WEIR_FORM_EVENTS, accept, this};
};

// The same events in three forms. One in ten has no key.
struct Material {
  Events events;
  std::string lines;
  std::deque<std::vector<weir_member>> members;
  std::deque<std::string> addresses;
  std::vector<weir_record> records;

  Material() {
    for (std::uint64_t i = 0; i < round_events; ++i) {
      const std::string& address = addresses.emplace_back(std::to_string(i % 25));
      if (i % 10 == 0) {
        events.add({{"BytesIn", number(1)}});
        lines += "{\"BytesIn\":1}\n";
        members.push_back({{"BytesIn", 7, WEIR_INTEGER, 0, 1}});
      } else {
        events.add({{"SourceAddress", text(address)}, {"BytesIn", number(1)}});
        lines += "{\"SourceAddress\":\"" + address + "\",\"BytesIn\":1}\n";
        members.push_back(
            {{"BytesIn", 7, WEIR_INTEGER, 0, 1},
             {"SourceAddress", 13, WEIR_TEXT, address.size(), address_of(address.data())}});
      }
      records.push_back({members.back().data(), members.back().size(), i, {}, 0, 0, {}, 0, 0});
    }
  }
};

void feed_rounds(Engine& engine, const Material& material, std::size_t feeder, Counter& counter,
                 std::atomic<std::int64_t>& clock) {
  Batch batch(engine);
  for (std::size_t round = 0; round < feeding_rounds; ++round) {
    const std::int64_t now = clock += second / 100;
    weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    std::int32_t status = WEIR_OK;
    switch ((feeder + round) % 4) {
      case 0:
        status =
            weir_feed(engine, material.events.data(), round_events, now, counter, nullptr, nullptr);
        break;
      case 1:
        status = weir_feed_ndjson(engine, material.lines.data(), material.lines.size(), now, 0,
                                  counter, &cursor, nullptr);
        break;
      case 2:
        status = weir_feed_records(engine, material.records.data(), round_events, now, counter,
                                   nullptr, nullptr);
        break;
      default:
        EXPECT_EQ(batch.read(material.lines), WEIR_OK);
        status = weir_feed_batch(batch, now, 0, counter, nullptr);
    }
    EXPECT_EQ(status, WEIR_OK);
  }
}

void append(void* user, const char* bytes, std::uint64_t size) {
  static_cast<std::string*>(user)->append(bytes, size);
}

// Into an engine without the rules, which then closes what was open.
void snapshot_and_restore(Engine& engine) {
  std::string bytes;
  ASSERT_EQ(weir_snapshot(engine, append, &bytes, nullptr), WEIR_OK);
  Engine other;
  ASSERT_EQ(weir_restore(other, bytes.data(), bytes.size(), &other.error), WEIR_OK)
      << other.message();
  EXPECT_TRUE(conserves(other));
  Counter counter;
  EXPECT_EQ(weir_flush(other, 0, counter, nullptr), WEIR_OK);
  EXPECT_EQ(other.stats().open_events, 0U);
}

void look(Engine& engine) {
  std::string written;
  EXPECT_TRUE(conserves(engine));
  weir_enrichment_stats one{};
  one.struct_size = sizeof one;
  weir_get_enrichment_stats(engine, 0, &one, nullptr);
  weir_question question{};
  question.struct_size = sizeof question;
  question.line = {"{\"SourceAddress\":\"1\"}", 21};
  EXPECT_EQ(weir_explain(engine, &question, append, &written, nullptr), WEIR_OK);
  EXPECT_EQ(weir_get_metrics(engine, append, &written, nullptr), WEIR_OK);
}

// Of one kind each, over and over while others feed, at least once.
class Meddlers {
 public:
  explicit Meddlers(const std::atomic<std::size_t>& feeding) : feeding_(feeding) {}
  void add(std::function<void(std::uint64_t)> round) {
    threads_.emplace_back([this, round = std::move(round)] {
      std::uint64_t number = 0;
      do round(++number);
      while (feeding_ > 0);
    });
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  const std::atomic<std::size_t>& feeding_;
  std::vector<std::thread> threads_;
};

TEST(EverythingAtOnce, LosesAndDoublesNothing) {
  constexpr std::size_t feeders = 8;
  const Material material;
  Engine engine(document_of_round(0));
  std::atomic<std::int64_t> clock = start;
  std::atomic<std::size_t> feeding = feeders;
  std::deque<Counter> counters(feeders + 1);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < feeders; ++i)
    threads.emplace_back([&, i] {
      feed_rounds(engine, material, i, counters[i], clock);
      --feeding;
    });
  Meddlers meddlers(feeding);
  // Calls that fill the engine's error are of one thread each; the others pass none.
  meddlers.add([&](std::uint64_t number) {
    const std::string text = document_of_round(number);
    EXPECT_EQ(weir_load(engine, text.data(), text.size(), nullptr), WEIR_OK);
  });
  meddlers.add([&](std::uint64_t) { snapshot_and_restore(engine); });
  meddlers.add([&](std::uint64_t number) {
    const std::string rows = "k,v\n" + std::to_string(number % 25) + ",x\n";
    EXPECT_EQ(engine.set_table(WEIR_TABLE, "T", rows), WEIR_OK) << engine.message();
    EXPECT_EQ(engine.set_table(WEIR_DICTIONARY, "D", "1,one\n2,two\n"), WEIR_OK);
    EXPECT_EQ(engine.update_table(WEIR_DICTIONARY, "D", "3,three\n"), WEIR_OK);
    EXPECT_EQ(engine.erase_from_table(WEIR_DICTIONARY, "D", "1\n"), WEIR_OK);
  });
  meddlers.add([&](std::uint64_t) { look(engine); });
  meddlers.add([&](std::uint64_t number) {
    EXPECT_EQ(weir_advance(engine, clock += second / 100, counters.back(), nullptr), WEIR_OK);
    if (number % 8 == 0) {
      EXPECT_EQ(weir_flush(engine, 0, counters.back(), nullptr), WEIR_OK);
    }
  });
  for (std::thread& thread : threads) thread.join();
  meddlers.join();
  EXPECT_EQ(weir_flush(engine, 0, counters.back(), nullptr), WEIR_OK);
  std::uint64_t base = 0, base_events = 0;
  for (const Counter& counter : counters) {
    base += counter.base;
    base_events += counter.base_events;
  }
  const weir_stats all = engine.stats();
  EXPECT_EQ(all.events_in, feeders * feeding_rounds * round_events);
  EXPECT_EQ(all.passed, base);
  EXPECT_EQ(all.taken, base_events);
  EXPECT_EQ(base + base_events, all.events_in);
  EXPECT_EQ(all.open_groups, 0U);
  EXPECT_EQ(all.waiting_outputs, 0U);
  EXPECT_TRUE(conserves(engine));
}

}  // namespace
