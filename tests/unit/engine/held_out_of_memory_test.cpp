// Allocations fail while events are held, or come back: each leaves exactly once all the same.

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <new>
#include <string>
#include <string_view>
#include <thread>

#include "engine/engine.h"
#include "event/field_value.h"
#include "failing_memory.h"

namespace weir::engine {
namespace {

// Nobody listens on port 1: every event is held until its time is over.
constexpr std::string_view asking = R"(
enrichment:
  - {name: before, type: constant, value: x, target: Reason}
  - {name: ask, type: cybertrace, url: '127.0.0.1:1', timeout: 1ms, mapping: {SourceAddress: ip}}
)";
constexpr std::string_view changed = R"(
enrichment:
  - {name: first, type: constant, value: x, target: Reason}
  - {name: second, type: constant, value: x, target: Message}
)";
constexpr std::string_view aggregating = R"(
aggregation:
  - {name: all, identical_fields: [SourceAddress]}
)";

constexpr Time held_at{1'000'000'000};

// How often each event has come, by its address.
struct AddressReceiver {
  std::map<std::string, int> seen;
  static void accept(void* user, const weir_output* output, std::int32_t* answer) {
    allow_allocations();  // the test's own
    for (std::uint64_t i = 0; i < output->event.field_count; ++i)
      if (const weir_field& field = output->event.fields[i]; field.id == field_id("SourceAddress"))
        ++static_cast<AddressReceiver*>(user)->seen[std::string(value_of(field).text())];
    *answer = WEIR_ACCEPT;
  }
};

class HeldTrial {
 public:
  explicit HeldTrial(std::string_view document) { engine.load(document); }
  void feed(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
      text += R"({"SourceAddress":"10.0.0.)" + std::to_string(i) + "\"}\n";
    weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    ASSERT_EQ(engine.feed_lines(text, held_at, true, sink, cursor), Status::ok);
  }
  // Every event once, and nothing is left.
  void finish(std::size_t count) {
    ASSERT_EQ(engine.flush(Duration{10'000'000'000}, sink), Status::ok);
    EXPECT_EQ(receiver.seen.size(), count);
    for (const auto& [address, times] : receiver.seen) EXPECT_EQ(times, 1) << address;
    weir_stats stats{};
    engine.get_stats(stats);
    EXPECT_EQ(stats.held_events + stats.waiting_outputs + stats.open_groups, 0U);
  }

  Engine engine{Options{}};
  AddressReceiver receiver;
  weir_sink sink{sizeof(weir_sink), WEIR_FORM_EVENTS, AddressReceiver::accept, &receiver};
};

// What came back and found no memory for the rules behind meets others when it has some.
TEST(HeldOutOfMemory, RulesMayGoBeforeAnEventHasMemory) {
  std::uint64_t failures = 0;
  for (std::uint64_t n = 1; n < 40 && !testing::Test::HasFailure(); n += stride) {
    SCOPED_TRACE(n);
    HeldTrial run(asking);
    run.feed(3);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    fail_allocations(n, 1000);
    try {
      run.engine.advance(held_at, run.sink);
    } catch (const std::bad_alloc&) {
      ++failures;
    }
    allow_allocations();
    run.engine.load(changed);
    run.finish(3);
    weir_enrichment_stats stats{};
    ASSERT_TRUE(run.engine.get_enrichment_stats(1, stats));
    EXPECT_EQ(stats.errors, 0U) << "of the rule that is gone";
  }
  EXPECT_GT(failures, 3U);
}

TEST(HeldOutOfMemory, ALoadThatFailsHoldsNothing) {
  const std::string before = std::string(aggregating) + std::string(asking);
  std::uint64_t failures = 0;
  bool loaded = false;
  for (std::uint64_t n = 1; !loaded && !testing::Test::HasFailure(); n += 5 * stride) {
    SCOPED_TRACE(n);
    HeldTrial run(before);
    run.feed(5);
    fail_allocations(n);
    try {
      run.engine.load(asking);
      loaded = failed_allocations() == 0;
    } catch (const std::exception&) {
      ++failures;
    }
    allow_allocations();
    run.finish(5);
  }
  EXPECT_GT(failures, 10U);
}

}  // namespace
}  // namespace weir::engine
