// Batches of lines beside documents, callbacks and threads.

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "batch.h"

namespace {

using namespace host;

class BatchesBeside : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_batches()) GTEST_SKIP() << "this version of the library does not have batches";
  }
};

const std::string other_document =
    "filter: not Name = 'passes'\naggregation:\n"
    "  - {name: by bytes, identical_fields: [BytesIn], unique_fields: [SourceAddress]}\n";

TEST_F(BatchesBeside, ALoadFollowTheDocumentInForceWhenTheyAreFed) {
  const std::string lines = mixed_lines(1, 3000);
  Engine engine(batch_document);
  Sink sink(WEIR_FORM_NDJSON);
  Batch batch(engine);
  EXPECT_EQ(batch.read(lines), WEIR_OK);
  EXPECT_EQ(engine.load(other_document), WEIR_OK);
  EXPECT_EQ(batch.feed(start, sink), WEIR_OK);
  EXPECT_EQ(engine.flush(sink), WEIR_OK);
  EXPECT_EQ(taken(sink), fed_whole(other_document, lines, WEIR_CLOCK_HOST));
}

TEST_F(BatchesBeside, ALoadInTheMiddleOfFeedingGoOnUnderTheNewDocument) {
  const std::string lines = mixed_lines(2, 3000);
  Engine engine(batch_document);
  bool stopped = false;
  Sink sink(WEIR_FORM_NDJSON);
  sink.answer = [&](const weir_output&) {
    return std::exchange(stopped, true) ? WEIR_ACCEPT : WEIR_STOP;
  };
  Batch batch(engine);
  EXPECT_EQ(batch.read(lines), WEIR_OK);
  EXPECT_EQ(batch.feed(start, sink), WEIR_STOPPED);
  const std::uint64_t before = engine.stats().events_in;
  EXPECT_GT(before, 0U);
  EXPECT_EQ(engine.load("{}"), WEIR_OK);
  EXPECT_EQ(batch.feed(start, sink), WEIR_OK);
  const weir_stats stats = engine.stats();
  EXPECT_EQ(stats.closed_reload + stats.closed_count, stats.aggregated);
  EXPECT_EQ(stats.open_groups, 0U) << "no rule takes events any more";
  EXPECT_TRUE(conserves(engine));
  std::uint64_t events = 0;
  Engine whole;
  Sink ignored(WEIR_FORM_NDJSON);
  EXPECT_EQ(whole.feed_lines(lines, start, ignored), WEIR_OK);
  events = whole.stats().events_in;
  EXPECT_EQ(stats.events_in, events) << "each line was applied once";
}

// Takes events of even BytesIn, and counts how many it was asked about.
struct EvenBytes {
  std::uint32_t bytes_in = id("BytesIn");
  std::uint64_t asked = 0;
  static void filter(void* user, const weir_event* events, std::uint64_t count,
                     std::int32_t* answers) {
    auto& self = *static_cast<EvenBytes*>(user);
    self.asked += count;
    for (std::uint64_t i = 0; i < count; ++i) {
      answers[i] = WEIR_LEAVE;
      for (std::uint64_t k = 0; k < events[i].field_count; ++k)
        if (events[i].fields[k].id == self.bytes_in && events[i].fields[k].word % 2 == 0)
          answers[i] = WEIR_TAKE;
    }
  }
};

TEST_F(BatchesBeside, HostFiltersAskThemAsFeedingDoes) {
  const std::string lines = mixed_lines(3, 2000);
  const std::string document = rule(5, 3, "callback: even");
  const auto run = [&](bool in_batches, bool reload) {
    Engine engine;
    EvenBytes even;
    weir_callbacks callbacks{};
    callbacks.struct_size = sizeof callbacks;
    callbacks.filter = EvenBytes::filter;
    callbacks.user = &even;
    EXPECT_EQ(engine.set_callback("even", &callbacks), WEIR_OK) << engine.message();
    EXPECT_EQ(engine.load(document), WEIR_OK) << engine.message();
    Sink sink(WEIR_FORM_NDJSON);
    if (in_batches) {
      Batch batch(engine);
      EXPECT_EQ(batch.read(lines), WEIR_OK);
      const std::uint64_t asked = even.asked;
      EXPECT_GT(asked, 0U) << "host filters are called while reading";
      if (reload) {
        EXPECT_EQ(engine.load(document), WEIR_OK);
      }
      EXPECT_EQ(batch.feed(start, sink), WEIR_OK);
      if (!reload) {
        EXPECT_EQ(even.asked, asked) << "and not again while feeding";
      }
    } else {
      EXPECT_EQ(engine.feed_lines(lines, start, sink), WEIR_OK);
    }
    EXPECT_EQ(engine.flush(sink), WEIR_OK);
    return taken(sink);
  };
  const Taken expected = run(false, false);
  EXPECT_EQ(run(true, false), expected);
  EXPECT_EQ(run(true, true), expected);
}

TEST_F(BatchesBeside, MisuseIsRefused) {
  Engine engine;
  Sink sink(WEIR_FORM_NDJSON);
  Batch batch(engine);
  weir_batch* made = nullptr;
  weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0}, no_size{};
  EXPECT_EQ(weir_create_batch(nullptr, &made, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_create_batch(engine, nullptr, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_destroy_batch(nullptr, nullptr), WEIR_OK);
  EXPECT_EQ(weir_read_ndjson(nullptr, "{}\n", 3, 0, &cursor, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_read_ndjson(batch, nullptr, 3, 0, &cursor, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_read_ndjson(batch, "{}\n", 3, 0, nullptr, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_read_ndjson(batch, "{}\n", 3, 0, &no_size, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_read_ndjson(batch, nullptr, 0, 0, &cursor, nullptr), WEIR_OK);
  EXPECT_EQ(weir_feed_batch(nullptr, start, 0, sink, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_feed_batch(batch, start, 0, nullptr, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.stats().events_in, 0U);
}

TEST_F(BatchesBeside, ACallbackThatEntersIsBusy) {
  Engine engine;
  Batch batch(engine), other(engine);
  std::vector<std::int32_t> statuses;
  Sink inner(WEIR_FORM_NDJSON), sink(WEIR_FORM_NDJSON);
  sink.answer = [&](const weir_output&) {
    weir_batch* made = nullptr;
    statuses.push_back(weir_create_batch(engine, &made, nullptr));
    statuses.push_back(other.read("{}\n"));
    statuses.push_back(other.feed(start, inner));
    statuses.push_back(batch.feed(start, inner));
    return WEIR_ACCEPT;
  };
  EXPECT_EQ(batch.read("{}\n"), WEIR_OK);
  EXPECT_EQ(batch.feed(start, sink), WEIR_OK);
  EXPECT_EQ(statuses, std::vector<std::int32_t>(4, WEIR_BUSY));
  EXPECT_EQ(engine.stats().events_in, 1U);
}

// Pieces of whole lines, read by several threads in any order, fed by one in theirs.
class Readers {
 public:
  Readers(const Engine& engine, const std::string& lines) : engine_(engine) {
    for (std::size_t from = 0; from < lines.size();) {
      const std::size_t end = lines.find('\n', std::min(from + 20'000, lines.size() - 1)) + 1;
      pieces_.emplace_back(lines.data() + from, end - from);
      from = end;
    }
  }
  void read() {
    for (std::size_t i = next_++; i < pieces_.size(); i = next_++) {
      auto batch = std::make_unique<Batch>(engine_);
      EXPECT_EQ(batch->read(pieces_[i]), WEIR_OK);
      const std::lock_guard lock(mutex_);
      ready_[i] = std::move(batch);
      changed_.notify_one();
    }
  }
  void feed(const Sink& sink) {
    std::uint64_t lines_before = 0;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ready_.contains(i); });
      const auto batch = std::move(ready_.extract(i).mapped());
      lock.unlock();
      EXPECT_EQ(batch->feed(start, sink, lines_before), WEIR_OK);
      lines_before += batch->cursor.lines;
    }
  }

 private:
  const Engine& engine_;
  std::vector<std::string_view> pieces_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, std::unique_ptr<Batch>> ready_;
};

TEST_F(BatchesBeside, FourReadersGiveWhatOneThreadGives) {
  const std::string lines = mixed_lines(5, 30'000);
  Engine engine(batch_document, WEIR_CLOCK_EVENT);
  Sink sink(WEIR_FORM_NDJSON);
  Readers readers(engine, lines);
  std::atomic<bool> done = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { readers.read(); });
  // The rule does not change its meaning, so it keeps its buckets; batches are read again.
  threads.emplace_back([&] {
    do EXPECT_EQ(weir_load(engine, batch_document.data(), batch_document.size(), nullptr), WEIR_OK);
    while (!done);
  });
  readers.feed(sink);
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(engine.flush(sink), WEIR_OK);
  EXPECT_TRUE(conserves(engine));
  const Taken expected = fed_whole(batch_document, lines, WEIR_CLOCK_EVENT);
  EXPECT_TRUE(taken(sink) == expected)
      << sink.bytes().size() << " bytes, not " << expected.bytes.size();
}

}  // namespace
