// Late events: where the bound lies, what is said, and that no failing allocation judges one twice.

#include "engine/lateness.h"

#include <gtest/gtest.h>

#include <limits>
#include <new>
#include <string>

#include "engine/engine.h"
#include "failing_memory.h"

namespace weir::engine {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr Time noon{43'200 * second};

Value at(std::int64_t millis) { return {static_cast<std::uint64_t>(millis), 0, Kind::integer}; }

TEST(Lateness, IsMoreThanWhatIsAllowed) {
  EXPECT_FALSE(is_late(at(43'195'000), noon, {5 * second}));
  EXPECT_TRUE(is_late(at(43'194'999), noon, {5 * second}));
  EXPECT_TRUE(is_late(at(43'195'000), noon + Duration{1}, {5 * second}));
  EXPECT_FALSE(is_late(at(43'200'000), noon, {}));
  EXPECT_FALSE(is_late(at(std::numeric_limits<std::int64_t>::max()), noon, {}));
  EXPECT_TRUE(is_late(at(std::numeric_limits<std::int64_t>::min()), noon, {5 * second}));
  EXPECT_FALSE(is_late({}, noon, {}));
}

TEST(Lateness, IsToldInSeconds) {
  Bump memory;
  const auto told = [&](std::int64_t millis, Duration allowed) {
    return std::string(lateness_problem(behind(at(millis), noon), allowed, memory));
  };
  EXPECT_EQ(told(43'187'700, {5 * second}),
            "late: its time is 12.3 s behind the clock; allowed_lateness is 5 s");
  EXPECT_EQ(told(43'190'000, {second / 2}),
            "late: its time is 10 s behind the clock; allowed_lateness is 0.5 s");
  EXPECT_EQ(told(std::numeric_limits<std::int64_t>::min(), {}),
            "late: its time is 9223372036.854 s behind the clock; allowed_lateness is 0 s");
  EXPECT_EQ(behind(at(43'200'000), noon + Duration{1}), Duration{1'000'000}) << "rounded up";
}

struct Result {
  std::uint64_t late, rejected, passed, taken, conversion_errors, outputs;
  bool operator==(const Result&) const = default;
};

void add_count(void* user, const weir_output* output, std::int32_t* answer) {
  *static_cast<std::uint64_t*>(user) += output->count;
  *answer = WEIR_ACCEPT;
}

// Lines of which one in three is late, and whose events leave with fields of a mapping.
std::string lines() {
  std::string text;
  for (int i = 0; i < 600; ++i)
    text += R"({"who":")" + std::to_string(i % 40) + R"(","n":"x","Timestamp":)" +
            std::to_string(1'000'000 + i * 10 - (i % 3 == 0 && i > 0 ? 9000 : 0)) + "}\n";
  return text;
}

// Reads ahead, then feeds while one allocation fails; `failed`: out, whether one did.
Result fed(const char* policy, const std::string& text, std::uint64_t failing, bool& failed) {
  Options options;
  options.clock = ClockMode::event;
  Engine engine(options);
  engine.load(std::string("map: {who: SourceUserName, n: BytesIn}\n"
                          "event_time: {allowed_lateness: 5s, late_events: ")
                  .append(policy)
                  .append("}\naggregation: [{name: r, identical_fields: [SourceUserName], "
                          "threshold: 7, other_fields: first}]\n"));
  Lines ahead;
  weir_cursor cursor{};
  engine.read_lines(ahead, text, true, cursor);
  std::uint64_t outputs = 0;
  const weir_sink sink{sizeof(weir_sink), WEIR_FORM_EVENTS, add_count, &outputs};
  const Engine::Feeding feeding{Time{}, sink};
  fail_allocations(failing);
  for (bool done = false; !done;) try {
      done = engine.feed_batch(ahead, feeding) == Status::ok;
    } catch (const std::bad_alloc&) {
      // Again, with what has been read.
    }
  failed = failed_allocations() > 0;
  allow_allocations();
  weir_stats stats{};
  engine.get_stats(stats);
  return {stats.late_events, stats.rejected,          stats.passed,
          stats.taken,       stats.conversion_errors, outputs};
}

TEST(Lateness, IsJudgedOnceWhicheverAllocationFails) {
  const std::string text = lines();
  for (const char* const policy : {"next", "pass", "reject"}) {
    bool failed = true;
    const Result expected = fed(policy, text, 1'000'000, failed);
    ASSERT_FALSE(failed);
    EXPECT_EQ(expected.late, 199U);
    std::uint64_t failing = 1;
    do {
      EXPECT_EQ(fed(policy, text, failing, failed), expected) << policy << ", " << failing;
      failing += stride;
    } while (failed && !HasFailure());
    EXPECT_GT(failing, 10U) << policy;
  }
}

}  // namespace
}  // namespace weir::engine
