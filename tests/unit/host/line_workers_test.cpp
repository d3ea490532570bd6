#include "run/line_workers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "failure.h"
#include "unit/host/fake_library.h"

namespace weir::host {
namespace {

constexpr std::uint32_t kInLongLine = 1;
constexpr unsigned kThreads = 3;

// A library that keeps what it is fed, and of lines knows only where they end. A batch whose lines
// begin with "unreadable" or "untaken" fails when it is read or fed.
struct FakeBatch {
  std::string_view bytes;
  bool within_a_line = false;
  std::span<const weir_record> records;
};
struct BatchLibrary {
  std::string fed;
  std::vector<std::uint64_t> lines_before;
  std::vector<std::pair<std::uint64_t, std::string>> records;  // number and text
  std::vector<FakeBatch> batches = std::vector<FakeBatch>(100);
  std::size_t made = 0;
  std::atomic<std::size_t> destroyed = 0;
};
BatchLibrary* batching = nullptr;  // of the test that runs

FakeBatch& behind(weir_batch* batch) noexcept { return *reinterpret_cast<FakeBatch*>(batch); }

std::int32_t fail(weir_error* error, const char* message) noexcept {
  std::snprintf(error->message, sizeof error->message, "%s", message);
  return WEIR_INTERNAL;
}

std::int32_t destroy_engine(weir_engine*, weir_error*) {
  EXPECT_EQ(batching->destroyed, batching->made) << "batches go before their engine";
  return WEIR_OK;
}
std::int32_t create_batch(weir_engine*, weir_batch** batch, weir_error*) {
  *batch = reinterpret_cast<weir_batch*>(&batching->batches[batching->made++]);
  return WEIR_OK;
}
std::int32_t destroy_batch(weir_batch*, weir_error*) {
  ++batching->destroyed;
  return WEIR_OK;
}

std::int32_t read_ndjson(weir_batch* batch, const char* bytes, std::uint64_t size,
                         std::uint32_t flags, weir_cursor* cursor, weir_error* error) {
  const std::string_view text(bytes, size);
  if (text.substr(0, 10) == "unreadable") return fail(error, "cannot read");
  behind(batch) = {text, cursor->state == kInLongLine, {}};
  const auto ends = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  const bool open = text.empty() || text.back() != '\n';
  cursor->lines += ends + (open && flags == WEIR_LAST ? 1 : 0);
  cursor->consumed = size;
  cursor->state = open && flags != WEIR_LAST ? kInLongLine : 0;
  return WEIR_OK;
}

std::int32_t read_records(weir_batch* batch, const weir_record* records, std::uint64_t count,
                          weir_error*) {
  behind(batch) = {{}, false, {records, count}};
  return WEIR_OK;
}

std::int32_t feed_batch(weir_batch* batch, std::int64_t, std::uint64_t lines_before,
                        const weir_sink*, weir_error* error) {
  if (behind(batch).bytes.substr(0, 7) == "untaken") return fail(error, "cannot feed");
  if (behind(batch).within_a_line) batching->fed += '~';
  batching->fed += behind(batch).bytes;
  for (const weir_record& record : behind(batch).records) {
    batching->records.emplace_back(record.line, std::string(record.text.data, record.text.size));
  }
  batching->lines_before.push_back(lines_before);
  return WEIR_OK;
}

// Three threads before the library above.
class LineWorkersTest : public testing::Test {
 protected:
  LineWorkersTest() {
    batching = &fake_;
    library_.status_name = [](std::int32_t) { return "FAKE"; };
    library_.destroy_engine = destroy_engine;
    library_.create_batch = create_batch;
    library_.destroy_batch = destroy_batch;
    library_.read_ndjson = read_ndjson;
    library_.read_records = read_records;
    library_.feed_batch = feed_batch;
    engine_ = std::make_unique<Engine>(library_, EngineSettings{"", "", "", true, false}, clock_,
                                       output_, rejects_, console_);
    workers_ = std::make_unique<LineWorkers>(*engine_, kThreads);
  }
  ~LineWorkersTest() override {
    workers_.reset();
    engine_.reset();
  }

  // The blocks as a source; those that begin with "long" have no end of a line.
  std::string run(const std::vector<std::string>& blocks, Format format = Format::ndjson) {
    std::size_t at = 0;
    applied_ = 0;
    const auto next = [&](LineBlock& block) {
      if (at == blocks.size()) return false;
      block.bytes = blocks[at++];
      block.unfinished = block.bytes.substr(0, 4) == "long";
      block.last = at == blocks.size();
      return true;
    };
    try {
      workers_->run({"source", format, {}}, next,
                    [&](const LineBlock&, const LineState&) { ++applied_; });
    } catch (const Failure& failure) {
      return failure.what();
    }
    return {};
  }

  BatchLibrary fake_;
  Library library_ = fake_library();
  Clock clock_;
  Output output_{""};
  Rejects rejects_{"", [](const std::string&) {}};
  Console console_{ProgressMode::never};
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<LineWorkers> workers_;
  int applied_ = 0;
};

TEST_F(LineWorkersTest, FeedBlocksInTheOrderOfTheSourceBehindTheLinesBeforeThem) {
  std::vector<std::string> blocks;
  std::string whole;
  std::vector<std::uint64_t> lines_before;
  for (std::size_t i = 0; i < 500; ++i) {
    blocks.emplace_back(i % 7 + 1, '\n');
    lines_before.push_back(static_cast<std::uint64_t>(whole.size()));
    whole += blocks.back();
  }
  EXPECT_EQ(run(blocks), "");
  EXPECT_EQ(fake_.fed, whole);
  EXPECT_EQ(fake_.lines_before, lines_before);
  EXPECT_EQ(applied_, 500);
}

TEST_F(LineWorkersTest, CountLinesAnewForEverySource) {
  EXPECT_EQ(run({"a\nb\n", "c\n"}), "");
  EXPECT_EQ(run({"a\n", "c\n", "d"}), "");
  EXPECT_EQ(fake_.lines_before, (std::vector<std::uint64_t>{0, 2, 0, 1, 2}));
}

TEST_F(LineWorkersTest, ShowABlockWithinALineThatIsTooLongHowThatLineBegan) {
  EXPECT_EQ(run({"a\n", "long", "long", "end\nb\n", "c\n"}), "");
  EXPECT_EQ(fake_.fed, "a\nlong~long~end\nb\nc\n");
  EXPECT_EQ(fake_.lines_before, (std::vector<std::uint64_t>{0, 1, 1, 1, 3}));
}

TEST_F(LineWorkersTest, FeedWhatCameBeforeABlockThatCannotBeRead) {
  EXPECT_EQ(run({"a\n", "b\n", "c\n", "unreadable\n", "d\n"}), "cannot read (FAKE)");
  EXPECT_EQ(fake_.fed, "a\nb\nc\n");
}

TEST_F(LineWorkersTest, FeedNothingBehindABlockThatCannotBeFed) {
  EXPECT_EQ(run({"a\n", "b\n", "untaken\n", "c\n", "d\n"}), "cannot feed (FAKE)");
  EXPECT_EQ(fake_.fed, "a\nb\n");
  EXPECT_EQ(applied_, 2);
}

TEST_F(LineWorkersTest, NumberTheRecordsOfASourceFromItsStart) {
  std::vector<std::string> blocks;
  std::vector<std::pair<std::uint64_t, std::string>> expected;
  for (std::uint64_t number = 1; number < 2000;) {
    std::string& block = blocks.emplace_back();
    for (std::uint64_t end = number + number % 7 + 1; number < end; ++number) {
      expected.emplace_back(number, "no cef " + std::to_string(number));
      block += expected.back().second + (number % 3 == 0 ? "\r\n" : "\n");
    }
  }
  EXPECT_EQ(run(blocks, Format::cef), "");
  EXPECT_EQ(fake_.records, expected);
  EXPECT_EQ(std::count(fake_.lines_before.begin(), fake_.lines_before.end(), 0u),
            std::ssize(blocks));
}

TEST_F(LineWorkersTest, RejectARecordThatIsTooLongOnce) {
  const std::string long_line = "long" + std::string(WEIR_MAX_EVENT_BYTES, 'x');
  EXPECT_EQ(run({"one\n", long_line, "long more", "end\nfour\n", "five"}, Format::cef), "");
  ASSERT_EQ(fake_.records.size(), 4u);
  EXPECT_EQ(fake_.records[1].first, 2u);
  EXPECT_EQ(fake_.records[2], std::make_pair(std::uint64_t{3}, std::string("four")));
  EXPECT_EQ(fake_.records[3], std::make_pair(std::uint64_t{4}, std::string("five")));
}

TEST_F(LineWorkersTest, CanReadAnotherSourceAfterOneThatFailed) {
  EXPECT_EQ(run({"a\n", "long", "unreadable\n"}), "cannot read (FAKE)");
  EXPECT_EQ(run({"b\n"}), "");
  EXPECT_EQ(fake_.fed, "a\nlongb\n");
}

}  // namespace
}  // namespace weir::host
