// Which events are late depends neither on the sizes of batches nor on what was read ahead.

#include <gtest/gtest.h>

#include "batch.h"
#include "timed.h"

namespace {

using namespace host;

// Of lines with times that jump back and forth, what comes out and what is counted.
struct Result {
  Taken outputs;
  std::uint64_t late = 0, passed = 0, rejected = 0, taken = 0, conversion_errors = 0;
  bool operator==(const Result&) const = default;
};

Result result(Engine& engine, const Sink& sink) {
  EXPECT_EQ(engine.flush(sink), WEIR_OK);
  EXPECT_TRUE(conserves(engine));
  const weir_stats stats = engine.stats();
  return {taken(sink),    stats.late_events, stats.passed,
          stats.rejected, stats.taken,       stats.conversion_errors};
}

// In calls of so many bytes of lines.
Result fed(const std::string& document, const std::string& lines, std::size_t bytes) {
  Engine engine(document, WEIR_CLOCK_EVENT);
  Sink sink(WEIR_FORM_NDJSON);
  for (std::size_t from = 0; from < lines.size();) {
    const std::size_t end = lines.find('\n', std::min(from + bytes, lines.size() - 1)) + 1;
    EXPECT_EQ(engine.feed_lines(std::string_view(lines).substr(from, end - from), 0, sink),
              WEIR_OK);
    from = end;
  }
  return result(engine, sink);
}

// Read ahead whole, before the clock has moved at all.
Result fed_ahead(const std::string& document, const std::string& lines) {
  Engine engine(document, WEIR_CLOCK_EVENT);
  Sink sink(WEIR_FORM_NDJSON);
  Batch batch(engine);
  EXPECT_EQ(batch.read(lines, WEIR_LAST), WEIR_OK);
  EXPECT_EQ(batch.feed(0, sink), WEIR_OK);
  return result(engine, sink);
}

TEST(LateEvents, AreTheSameWhateverTheBatches) {
  const std::string lines = mixed_lines(7, 4000);
  const std::string mapped = "map: {SourceAddress: [SourceAddress, DeviceAddress], n: BytesIn}\n";
  for (const char* const policy : {"next", "pass", "reject"})
    for (const std::string& more : {std::string(), std::string("match: all\n"), mapped}) {
      SCOPED_TRACE(policy + (": " + more));
      const std::string document =
          more + event_time(std::string("allowed_lateness: 500ms, late_events: ") + policy,
                            batch_document);
      const Result whole = fed(document, lines, lines.size());
      EXPECT_GT(whole.late, 100U);
      EXPECT_LT(whole.late, 3000U);
      EXPECT_EQ(fed(document, lines, 1), whole);
      EXPECT_EQ(fed(document, lines, 5000), whole);
      if (has_batches()) {
        EXPECT_EQ(fed_ahead(document, lines), whole);
      }
    }
}

// More falls due than one chunk closes: what stays of a portion is judged when it is applied.
TEST(LateEvents, AreTheSameWhereAPortionIsAppliedInPieces) {
  std::string lines;
  for (int i = 0; i < 10'000; ++i)
    lines +=
        R"({"SourceAddress":")" + std::to_string(i) + R"(","Timestamp":)" + millis(start) + "}\n";
  for (int i = 0; i < 300; ++i) {
    lines += line_at(start - 6 * second - i * milli);
    if (i == 200) lines += line_at(start + 100 * second);
  }
  for (const char* const policy : {"next", "pass", "reject"}) {
    const std::string document =
        event_time(std::string("allowed_lateness: 5s, late_events: ") + policy);
    const Result whole = fed(document, lines, lines.size());
    EXPECT_EQ(whole.late, 300U) << policy;
    EXPECT_EQ(fed(document, lines, 1), whole) << policy;
    if (has_batches()) {
      EXPECT_EQ(fed_ahead(document, lines), whole) << policy;
    }
  }
}

}  // namespace
