// Every allocation of a run fails once, in turn, under rules of every kind that need none of the
// network: each event is counted once, by each enrichment rule once, and calls that change or show
// the engine change nothing when they fail.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "failing_memory.h"

namespace weir::engine {
namespace {

constexpr std::string_view enriching = R"(
dictionaries:
  D: {entries: {1: one, 2: two}}
tables:
  T: {columns: [owner], entries: {n3: {owner: ann}, n4: {owner: bob}}}
enrichment:
  - {name: constant, type: constant, value: a value of more than a few letters, target: Reason}
  - name: event
    type: event
    source: Message
    target: DeviceCustomString1
    conversions: [upper, {replace_with_regexp: {expression: 'M+', with: 'mmmmmmmmmmmmmmmmmmmm'}}, {trim: ' '}]
  - {name: template, type: template, template: 'the {{.Name}} of {{.SourceAddress}}, {{.Message}}', target: DeviceCustomString2}
  - {name: dictionary, type: dictionary, dictionary: D, keys: [BytesIn], target: DeviceCustomString3}
  - {name: table, type: table, table: T, keys: [Name], mapping: {owner: SourceUserName}}
  - {name: zone, type: timezone, zone: Europe/Berlin}
  - {name: some, type: constant, value: x, target: FlexString1, filter: "Name = ['n3', 'n4']"}
  - {name: matched, type: constant, value: y, target: FlexString2, filter: "Message match 'm{2,9}$' AND SourceAddress = '10.0.0.3' nocase"}
)";
constexpr std::string_view all_rules = R"(
match: all
aggregation:
  - {name: a, threshold: 7, identical_fields: [Name], sum_fields: [BytesIn], other_fields: first, statistics: [{function: avg, field: BytesIn, into: F.mean}, {function: distinct, field: Message, into: N.texts}]}
  - {name: b, threshold: 5, identical_fields: [SourceAddress], unique_fields: [Message], sum_fields: [FlexString2], sum_strings: join}
)";
constexpr std::string_view first_rules = R"(
aggregation:
  - {name: d, threshold: 6, identical_fields: [Name], unique_fields: [Message], unique_mode: dedup, unique_limit: 4, filter: "BytesIn < 20"}
  - {name: l, threshold: 4, identical_fields: [SourceAddress], single: pass, other_fields: last}
)";
constexpr std::string_view evicting = R"(
bounds: {max_groups: 5}
aggregation:
  - {name: e, threshold: 100, identical_fields: [SourceAddress], unique_fields: [Message], other_fields: first}
)";
constexpr std::string_view evicting_bytes = R"(
bounds: {max_bytes: 12KiB}
aggregation:
  - {name: e, threshold: 100, identical_fields: [SourceAddress], unique_fields: [Message], other_fields: first}
)";
constexpr std::string_view open_schema = R"(
schema: open
map: {keep: true, user\\.name: user}
aggregation:
  - {name: o, threshold: 3, identical_fields: [Name], sum_fields: [BytesIn], other_fields: first}
)";

constexpr std::size_t line_count = 120;
constexpr Time fed_at{1'000'000'000};

std::string make_lines() {
  std::string text;
  for (std::size_t i = 0; i < line_count; ++i) {
    if (i % 41 == 0) {
      text += "{\"Name\":\n";
      continue;
    }
    text += "{\"Name\":\"n" + std::to_string(i % 7) + "\",\"SourceAddress\":\"10.0.0." +
            std::to_string(i % 17) + "\",\"Message\":\" mM" + std::string(i % 60, 'm') +
            "\",\"BytesIn\":" + std::to_string(i % 23) +
            ",\"FlexString2\":\"f\",\"user.name\":\"u\"}\n";
  }
  return text;
}

// Adds up what comes; allocates nothing.
struct CountReceiver {
  std::uint64_t rejected = 0, passed = 0, aggregated = 0, base_events = 0;
  FieldId count = field_id("BaseEventCount");
  static void accept(void* user, const weir_output* output, std::int32_t* answer) {
    auto& self = *static_cast<CountReceiver*>(user);
    *answer = WEIR_ACCEPT;
    if (output->kind == WEIR_OUTPUT_REJECTED) ++self.rejected;
    if (output->kind == WEIR_OUTPUT_BASE) ++self.passed;
    if (output->kind != WEIR_OUTPUT_AGGREGATED) return;
    ++self.aggregated;
    for (std::uint64_t i = 0; i < output->event.field_count; ++i)
      if (const weir_field& field = output->event.fields[i]; field.id == self.count)
        self.base_events += field.word;
  }
};

class RulesTrial {
 public:
  explicit RulesTrial(std::string_view document) { engine.load(document); }

  // As a host does that tries again after every failure.
  void feed_all() {
    static const std::string lines = make_lines();
    weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    again([&] { return engine.feed_lines(lines, fed_at, true, sink, cursor); });
    again([&] { return engine.flush({}, sink); });
  }
  void again(const std::function<Status()>& call) {
    for (Status status = Status::stopped; status != Status::ok;) {
      try {
        status = call();
      } catch (const std::bad_alloc&) {
        ++failures;
      }
    }
  }

  // Whatever can be told of the engine.
  std::string counters() {
    weir_stats s{};
    engine.get_stats(s);
    std::vector<std::uint64_t> all{s.events_in,   s.rejected,    s.filtered,    s.passed,
                                   s.taken,       s.aggregated,  s.lone,        s.refused,
                                   s.held_events, s.open_groups, s.open_events, s.waiting_outputs,
                                   s.joins_cut,   s.uniques_cut, s.sums_skipped};
    weir_enrichment_stats e{};
    for (std::uint64_t i = 0; engine.get_enrichment_stats(i, e); ++i)
      all.insert(all.end(), {e.applied, e.skipped, e.missed, e.errors, e.cut});
    std::string text;
    for (const std::uint64_t counter : all) text += std::to_string(counter) + ' ';
    return text;
  }
  std::string broken_law() {
    weir_stats s{};
    engine.get_stats(s);
    if (s.events_in != line_count) return "not every event was counted once";
    if (s.rejected != receiver.rejected) return "rejected";
    if (s.passed + s.lone != receiver.passed) return "passed";
    if (s.aggregated != receiver.aggregated) return "aggregated";
    if (s.open_groups + s.waiting_outputs != 0) return "something is left";
    return "";
  }

  Engine engine{Options{}};
  CountReceiver receiver;
  weir_sink sink{sizeof(weir_sink), WEIR_FORM_EVENTS, CountReceiver::accept, &receiver};
  std::uint64_t failures = 0;
};

// exact: what closes does not depend on how much memory there was, if one allocation fails. When
// several do, a bucket that is full may find no memory with the next event of its key either, and
// has that event too.
void fail_each_allocation(std::string_view rules, bool exact) {
  for (const std::uint64_t in_a_row : {1U, 3U}) {
    const std::string document = std::string(enriching) + std::string(rules);
    RulesTrial good(document);
    good.feed_all();
    EXPECT_EQ(good.broken_law(), "");
    EXPECT_GT(good.receiver.aggregated, 5U);
    std::uint64_t failures = 0;
    for (std::uint64_t n = 1; !testing::Test::HasFailure(); n += in_a_row * stride) {
      SCOPED_TRACE(n);
      RulesTrial run(document);
      fail_allocations(n, in_a_row);
      run.feed_all();
      allow_allocations();
      EXPECT_EQ(run.broken_law(), "");
      EXPECT_EQ(run.receiver.passed + run.receiver.base_events,
                good.receiver.passed + good.receiver.base_events);
      if (exact && in_a_row == 1) {
        EXPECT_EQ(run.counters(), good.counters());
      }
      failures += run.failures;
      if (failed_allocations() == 0) break;
    }
    EXPECT_GT(failures * in_a_row * stride, 20U);
  }
}

TEST(RulesOutOfMemory, MatchAllWithEveryAccumulator) { fail_each_allocation(all_rules, true); }
TEST(RulesOutOfMemory, DedupAndLoneEvents) { fail_each_allocation(first_rules, true); }
TEST(RulesOutOfMemory, EvictionsByNumber) { fail_each_allocation(evicting, false); }
TEST(RulesOutOfMemory, EvictionsByBytes) { fail_each_allocation(evicting_bytes, false); }

TEST(RulesOutOfMemory, AnOpenSchemaThatKeeps) {
  RulesTrial good(open_schema);
  good.feed_all();
  EXPECT_GT(good.receiver.aggregated, 5U);
  for (std::uint64_t n = 1; !testing::Test::HasFailure(); n += stride) {
    SCOPED_TRACE(n);
    RulesTrial run(open_schema);
    fail_allocations(n);
    run.feed_all();
    allow_allocations();
    EXPECT_EQ(run.broken_law(), "");
    EXPECT_EQ(run.counters(), good.counters());
    if (failed_allocations() == 0) break;
  }
}

// A call that fails with an exception changes nothing, and does what it should when it is made
// again. Each finds the engine with buckets open.
void fail_each_allocation_of(const std::function<void(Engine&)>& call) {
  const std::string document = std::string(enriching) + std::string(all_rules);
  static const std::string lines = make_lines();
  std::uint64_t failures = 0;
  RulesTrial run(document);
  weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
  ASSERT_EQ(run.engine.feed_lines(lines, fed_at, true, run.sink, cursor), Status::ok);
  for (std::uint64_t n = 1; !testing::Test::HasFailure(); n += stride) {
    SCOPED_TRACE(n);
    const auto before = run.counters();
    fail_allocations(n);
    bool done = false;
    try {
      call(run.engine);
      done = true;
    } catch (const std::bad_alloc&) {
      EXPECT_GT(failed_allocations(), 0U);
      ++failures;
    }
    allow_allocations();
    if (done && failed_allocations() == 0) break;
    if (!done) {
      EXPECT_EQ(run.counters(), before);
    }
  }
  EXPECT_GT(failures, 0U);
  call(run.engine);
  run.again([&] { return run.engine.flush({}, run.sink); });
  EXPECT_EQ(run.broken_law(), "");
}

TEST(RulesOutOfMemory, TablesStayAsTheyWere) {
  fail_each_allocation_of([](Engine& engine) {
    engine.set_table({lookup::Kind::dictionary, "D", lookup::Format::csv, "key,value\n1,eins\n"});
  });
  fail_each_allocation_of([](Engine& engine) {
    engine.update_table({lookup::Kind::dictionary, "D", lookup::Format::csv,
                         "key,value\n3,a value that is long enough\n"});
  });
}

TEST(RulesOutOfMemory, RulesAreCreatedOrNot) {
  std::shared_ptr<CreatedRule> made;
  fail_each_allocation_of([&](Engine& engine) {
    if (made != nullptr) engine.destroy_rule(made);
    made = nullptr;
    made = engine.create_rule("name: created\nidentical_fields: [Name]\n", nullptr);
  });
}

TEST(RulesOutOfMemory, WhatShowsTheEngineLeavesIt) {
  fail_each_allocation_of([](Engine& engine) {
    try {
      engine.metrics();
    } catch (const Failure&) {
      // In a build without them.
    }
  });
  fail_each_allocation_of([](Engine& engine) {
    Engine::Question question;
    question.line = R"({"Name":"n3","SourceAddress":"10.0.0.1","Message":"m"})";
    engine.explain(question);
  });
  RulesTrial run(enriching);
  fail_allocations(1, 1000);
  weir_stats stats{};
  EXPECT_NO_THROW(run.engine.get_stats(stats));
  allow_allocations();
}

}  // namespace
}  // namespace weir::engine
