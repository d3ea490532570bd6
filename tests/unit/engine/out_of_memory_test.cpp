// Every allocation of a run fails once, in turn: after each failure the host feeds the same events
// again, and in the end nothing is lost and nothing is counted twice.

#include <gtest/gtest.h>

#include <charconv>
#include <deque>
#include <new>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "event/standard_fields.h"
#include "event/value.h"
#include "failing_memory.h"

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

constexpr std::size_t calls = 3;
constexpr std::size_t events_a_call = 700;  // more than a chunk

// The events in every form: fields, lines, and records under the fields' own names.
class Source {
 public:
  Source() {
    for (std::size_t i = 0; i < calls * events_a_call; ++i) add(i);
    for (std::size_t i = 0; i < calls * events_a_call; ++i)
      events.push_back({fields_[i].data(), fields_[i].size(), i});
    for (const weir_event& event : events) add_record(event);
  }
  std::vector<weir_event> events;
  std::vector<weir_record> records;
  std::vector<std::string> lines = std::vector<std::string>(calls);

 private:
  void add(std::size_t i) {
    constexpr std::string_view kinds[] = {"login", "login", "logout", "noise", "other"};
    auto& fields = fields_.emplace_back();
    std::string& lines_here = lines[i / events_a_call];
    if (i % 97 == 0) {  // cannot be read
      fields.push_back({0xFFFFFFFF, WEIR_INTEGER, 0, 0});
      lines_here += "{\"Name\":\n";
      return;
    }
    const auto text = [&](FieldId id, std::string value) {
      const std::string& kept = texts_.emplace_back(std::move(value));
      fields.push_back({id, WEIR_TEXT, kept.size(), Value::address(kept.data())});
      lines_here.append("\"").append(field_name(id)).append("\":\"").append(kept).append("\",");
    };
    lines_here += "{";
    text(fields::Name, std::string(kinds[i % 5]));
    text(fields::SourceAddress, std::string("10.0.0.").append(std::to_string(i % 23)));
    text(field_id("DeviceAction"), std::string(i % 300, 'a').append(std::to_string(i % 50)));
    text(field_id("DeviceCustomString1"), std::string(i % 40 * 10 + 1, 'j'));
    fields.push_back({field_id("BytesIn"), WEIR_INTEGER, 0, i});
    lines_here.append("\"BytesIn\":").append(std::to_string(i)).append("}\n");
  }

  void add_record(const weir_event& event) {
    weir_record& record = records.emplace_back();
    record.cookie = event.cookie;
    constexpr std::string_view problem = "no event";
    if (event.cookie % 97 == 0) {
      record.problem = {problem.data(), problem.size()};
      return;
    }
    auto& members = members_.emplace_back();
    for (std::uint64_t i = 0; i < event.field_count; ++i) {
      const weir_field& field = event.fields[i];
      const std::string_view name = field_name(field.id);
      members.push_back({name.data(), static_cast<std::uint32_t>(name.size()), field.kind,
                         field.size, field.word});
    }
    record.members = members.data();
    record.member_count = members.size();
  }

  std::deque<std::vector<weir_field>> fields_;
  std::deque<std::vector<weir_member>> members_;
  std::deque<std::string> texts_;
};

const Source& source() {
  static const Source made;
  return made;
}

// Adds up what comes; allocates nothing. May answer STOP to every seventh output.
struct Totals {
  std::uint64_t rejected = 0;
  std::uint64_t passed = 0;
  std::uint64_t aggregated = 0;
  std::uint64_t base_events = 0;  // in the aggregated ones
  std::uint64_t bytes = 0;        // the sum of BytesIn over them
  friend bool operator==(const Totals&, const Totals&) = default;
};
struct TotalsReceiver {
  Totals totals;
  bool stops = false;
  std::uint64_t outputs = 0;
  FieldId bytes_in = field_id("BytesIn");

  void line(std::string_view text) {
    const auto number = [&](std::string_view key) {
      std::uint64_t value = 0;
      const std::size_t at = text.find(key);
      if (at != text.npos)
        std::from_chars(text.data() + at + key.size(), text.data() + text.size(), value);
      return value;
    };
    const std::uint64_t count = number("\"BaseEventCount\":");
    if (count == 0) {
      ++totals.passed;
      return;
    }
    ++totals.aggregated;
    totals.base_events += count;
    totals.bytes += number("\"BytesIn\":");
  }
  void event(const weir_output& output) {
    if (output.kind == WEIR_OUTPUT_BASE) {
      ++totals.passed;
      return;
    }
    ++totals.aggregated;
    for (std::uint64_t i = 0; i < output.event.field_count; ++i) {
      const weir_field& field = output.event.fields[i];
      if (field.id == fields::BaseEventCount) totals.base_events += field.word;
      if (field.id == bytes_in && field.kind == WEIR_INTEGER) totals.bytes += field.word;
    }
  }
  static void accept(void* user, const weir_output* output, std::int32_t* answer) {
    auto& self = *static_cast<TotalsReceiver*>(user);
    if (output->kind == WEIR_OUTPUT_REJECTED) {
      ++self.totals.rejected;
    } else if (output->kind == WEIR_OUTPUT_LINES) {
      std::string_view text(output->bytes.data, output->bytes.size);
      for (; !text.empty(); text.remove_prefix(text.find('\n') + 1))
        self.line(text.substr(0, text.find('\n')));
    } else {
      self.event(*output);
    }
    *answer = self.stops && ++self.outputs % 7 == 0 ? WEIR_STOP : WEIR_ACCEPT;
  }
};

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
