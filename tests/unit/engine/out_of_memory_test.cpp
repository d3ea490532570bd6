// Every allocation of a run fails once, in turn: after each failure the host feeds the same events
// again, and in the end nothing is lost and nothing is counted twice.

#include <gtest/gtest.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "every_form.h"
#include "failing_memory.h"
#include "totals.h"

namespace weir::engine {
namespace {

constexpr std::string_view logins_document = R"(
filter: "Name = 'noise'"
polarity: drop
aggregation:
  - name: logins
    threshold: 40
    lifetime: 60
    identical_fields: [SourceAddress]
    unique_fields: [DeviceAction]
    sum_fields: [BytesIn, DeviceCustomString1]
    sum_strings: join
    filter: "Name = 'login'"
  - name: others
    threshold: 3
    lifetime: 30
    identical_fields: [Name, SourceAddress]
    unique_fields: [BytesIn]
    filter: "Name = 'logout'"
)";
constexpr std::string_view changed_document = R"(
aggregation:
  - name: logins
    threshold: 50
    identical_fields: [SourceAddress]
    sum_fields: [BytesIn]
    filter: "Name = 'login'"
)";

enum class Form { fields, records, lines };

class Session {
 public:
  explicit Session(Form form, bool stops = false)
      : form_(form), engine_(std::make_unique<Engine>(Options{})) {
    engine_->load(logins_document);
    receiver_.stops = stops;
    sink_ = {sizeof(weir_sink), form == Form::lines ? 1U : 0U, TotalsReceiver::accept, &receiver_};
  }

  // Feeds everything and flushes, as a host does that tries again after every failure.
  void feed_all() {
    for (std::size_t call = 0; call < calls; ++call) feed(call);
    again([&] { return engine_->flush({}, sink_); });
  }
  void feed(std::size_t call) {
    const Time now{static_cast<std::int64_t>(call + 1) * 25'000'000'000};
    std::uint64_t consumed = 0;
    weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    again(
        [&] {
          const std::size_t from = call * events_a_call + consumed;
          const std::size_t count = events_a_call - consumed;
          if (form_ == Form::fields)
            return engine_->feed(source().events.data() + from, count, now, sink_, at_);
          if (form_ == Form::records)
            return engine_->feed_records({source().records.data() + from, count}, now, sink_, at_);
          return engine_->feed_lines(source().lines[call], now, true, sink_, cursor);
        },
        [&] { consumed += at_, at_ = 0; });
  }
  template <class Call, class After>
  void again(Call&& call, After&& after) {
    for (Status status = Status::stopped; status != Status::ok;) {
      try {
        status = call();
      } catch (const std::bad_alloc&) {
        ++failures;
      }
      after();
    }
  }
  template <class Call>
  void again(Call&& call) {
    again(call, [] {});
  }

  Engine& engine() { return *engine_; }
  const weir_sink& sink() const { return sink_; }
  const Totals& totals() const { return receiver_.totals; }

  std::string broken_law() {
    weir_stats stats{};
    engine_->get_stats(stats);
    if (stats.events_in != calls * events_a_call) return "not every event was counted once";
    if (stats.events_in != stats.rejected + stats.filtered + stats.passed + stats.taken)
      return "events_in is not the sum of its parts";
    if (stats.rejected != receiver_.totals.rejected) return "rejected";
    if (stats.passed != receiver_.totals.passed) return "passed";
    if (stats.taken != receiver_.totals.base_events) return "taken";
    if (stats.aggregated != receiver_.totals.aggregated) return "aggregated";
    if (stats.open_groups + stats.open_events + stats.waiting_outputs != 0)
      return "something is left";
    return "";
  }

  std::uint64_t failures = 0;

 private:
  Form form_;
  TotalsReceiver receiver_;
  std::unique_ptr<Engine> engine_;
  weir_sink sink_{};
  std::uint64_t at_ = 0;
};

// The sums of buckets that closed; how many closed may depend on when memory was there.
void expect_same_sums(const Totals& found, const Totals& expected) {
  EXPECT_EQ(found.rejected, expected.rejected);
  EXPECT_EQ(found.passed, expected.passed);
  EXPECT_EQ(found.base_events, expected.base_events);
  EXPECT_EQ(found.bytes, expected.bytes);
}

void fail_each_allocation_of_a_run(Form form, std::uint64_t in_a_row, bool stops = false) {
  Session good(form, stops);
  good.feed_all();
  EXPECT_EQ(good.broken_law(), "");
  EXPECT_GT(good.totals().aggregated, 50U);
  std::uint64_t n = 1, failures = 0;
  // Every allocation is one of those that fail.
  for (; !testing::Test::HasFailure(); n += in_a_row * stride) {
    SCOPED_TRACE(n);
    Session run(form, stops);
    fail_allocations(n, in_a_row);
    run.feed_all();
    allow_allocations();
    EXPECT_EQ(run.broken_law(), "");
    expect_same_sums(run.totals(), good.totals());
    if (failed_allocations() == 0) break;  // n is more than a run needs
    failures += run.failures;
  }
  EXPECT_GT(n, 100U);
  EXPECT_GT(failures * in_a_row * stride, 50U);
}

TEST(OutOfMemory, LosesNothingOfEventsWhicheverAllocationFails) {
  fail_each_allocation_of_a_run(Form::fields, 1);
}

TEST(OutOfMemory, LosesNothingOfRecordsWhicheverAllocationFails) {
  fail_each_allocation_of_a_run(Form::records, 1);
}

TEST(OutOfMemory, LosesNothingOfLinesWhicheverAllocationFails) {
  fail_each_allocation_of_a_run(Form::lines, 1);
}

TEST(OutOfMemory, LosesNothingWhenSeveralAllocationsFailInARow) {
  fail_each_allocation_of_a_run(Form::fields, 4);
  fail_each_allocation_of_a_run(Form::lines, 4);
}

TEST(OutOfMemory, LosesNothingThatASinkHasLeftForLater) {
  fail_each_allocation_of_a_run(Form::fields, 1, true);
  fail_each_allocation_of_a_run(Form::lines, 1, true);
}

TEST(OutOfMemory, ALoadThatFailsChangesNothing) {
  Session good(Form::fields);
  good.feed_all();
  std::uint64_t failures = 0;
  for (std::uint64_t n = 1; !testing::Test::HasFailure(); n += 5 * stride) {
    SCOPED_TRACE(n);
    Session run(Form::fields);
    run.feed(0);
    fail_allocations(n);
    bool loaded = false;
    try {
      run.engine().load(changed_document);
      loaded = true;
    } catch (const std::exception&) {
      ++failures;
    }
    allow_allocations();
    if (loaded) break;
    for (std::size_t call = 1; call < calls; ++call) run.feed(call);
    run.again([&] { return run.engine().flush({}, run.sink()); });
    EXPECT_EQ(run.broken_law(), "");
    EXPECT_EQ(run.totals(), good.totals());
  }
  EXPECT_GT(failures, 10U);
}

// An event of more than a mebibyte for which there is no memory, while small blocks are to be had.
TEST(OutOfMemory, AFlushThatCanMakeNoEventEndsAndALaterOneDeliversAll) {
  Engine engine({});
  engine.load(
      "aggregation:\n  - name: large\n    identical_fields: [SourceAddress]\n"
      "    unique_fields: [DeviceAction]\n");
  TotalsReceiver receiver;
  const weir_sink sink{sizeof(weir_sink), WEIR_FORM_EVENTS, TotalsReceiver::accept, &receiver};
  for (const char letter : {'a', 'b', 'c'}) {
    weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    std::string line = R"({"SourceAddress":"s","DeviceAction":")";
    line.append(2 << 20, letter).append("\"}\n");
    ASSERT_EQ(engine.feed_lines(line, Time{1'000'000'000}, true, sink, cursor), Status::ok);
  }
  fail_large_allocations(1 << 20, 1000);
  EXPECT_THROW(engine.flush({}, sink), std::bad_alloc);
  allow_allocations();
  EXPECT_GE(failed_allocations(), 1U);
  EXPECT_LT(failed_allocations(), 10U) << "it does not try again and again";
  EXPECT_EQ(receiver.totals.aggregated, 0U);
  EXPECT_EQ(engine.flush({}, sink), Status::ok);
  EXPECT_EQ(receiver.totals.aggregated, 1U);
  EXPECT_EQ(receiver.totals.base_events, 3U);
}

}  // namespace
}  // namespace weir::engine
