// The same random calls to the model and to the library, and what must be equal then.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "library.h"
#include "model.h"
#include "random.h"

namespace model {

struct Case {
  bool event_clock;
  std::size_t batch;
  bool restored = false;  // the library goes on from a snapshot, every other time
};
inline void PrintTo(const Case& one, std::ostream* out) {
  *out << (one.event_clock ? "event clock" : "host clock") << ", batches of " << one.batch
       << (one.restored ? ", restored" : "");
}

// What the rules of all runs did, by the model: a run that evicted nothing shows nothing.
struct Exercised {
  std::uint64_t refused = 0, lone = 0, evicted = 0, cut = 0;
};

inline std::uint64_t closed(const Counts& counts, const char* reason) {
  const auto found = counts.closed.find(reason);
  return found == counts.closed.end() ? 0 : found->second;
}

inline void expect_same_counts(const Engine& expected, const Library& library, std::size_t rules) {
  const weir_stats all = library.stats();
  EXPECT_EQ(all.events_in, all.rejected + all.filtered + all.passed + all.taken);
  EXPECT_EQ(all.events_in, expected.events_in);
  EXPECT_EQ(all.filtered, expected.filtered);
  EXPECT_EQ(all.passed, expected.passed);
  EXPECT_EQ(all.taken, expected.taken);
  std::uint64_t lone = 0, refused = 0, open_groups = 0;
  for (std::size_t i = 0; i < rules; ++i) {
    SCOPED_TRACE("rule " + std::to_string(i));
    const Counts counts = expected.rule_counts(i);
    const weir_rule_stats one = library.rule_stats(i);
    EXPECT_EQ(one.taken, one.out + one.lone + one.open_events);
    EXPECT_EQ(one.taken, counts.taken);
    EXPECT_EQ(one.out, counts.out);
    EXPECT_EQ(one.lone, counts.lone);
    EXPECT_EQ(one.aggregated, counts.aggregated);
    EXPECT_EQ(one.refused, counts.refused);
    EXPECT_EQ(one.open_groups, counts.open_groups);
    EXPECT_EQ(one.open_events, counts.open_events);
    EXPECT_EQ(one.closed_count, closed(counts, "count"));
    EXPECT_EQ(one.closed_lifetime, closed(counts, "lifetime"));
    EXPECT_EQ(one.closed_flush, closed(counts, "flush"));
    EXPECT_EQ(one.closed_evicted, closed(counts, "evicted"));
    lone += counts.lone;
    refused += counts.refused;
    open_groups += counts.open_groups;
  }
  EXPECT_EQ(all.lone, lone);
  EXPECT_EQ(all.refused, refused);
  EXPECT_EQ(all.open_groups, open_groups);
}

// Of the outputs since the last time.
inline void expect_same_outputs(Engine& expected, Library& library, Form form) {
  const std::size_t shorter = std::min(expected.outputs.size(), library.outputs.size());
  for (std::size_t i = 0; i < shorter; ++i) {
    ASSERT_EQ(library.outputs[i].text, expected.outputs[i].text) << "output " << i;
    if (form == Form::lines_to_lines) continue;
    ASSERT_EQ(library.outputs[i].reason, expected.outputs[i].reason) << "output " << i;
  }
  ASSERT_EQ(library.outputs.size(), expected.outputs.size());
  library.outputs.clear();
  expected.outputs.clear();
}

// The same calls to both. Mostly small steps of the clock; now and then a long silence, or a clock
// set back by hours.
class Calls {
 public:
  Calls(std::uint64_t seed, const Allowed& allowed, const Case& given, Form form)
      : random_(seed),
        allowed_(allowed),
        case_(given),
        form_(form),
        document_(random_document(random_, allowed)),
        expected_(document_, {given.event_clock, "test", form != Form::fields}),
        library_(yaml(document_), {given.event_clock, "test", form != Form::fields}, form) {}

  void compare(Exercised& exercised) {
    SCOPED_TRACE(yaml(document_));
    for (int step = 0; step < 10 && !testing::Test::HasFailure(); ++step) {
      make_a_call();
      if (case_.restored && one_in(random_, 2)) library_.restore();
      expect_same_counts(expected_, library_, document_.rules.size());
      expect_same_outputs(expected_, library_, form_);
    }
    expected_.flush();
    library_.flush();
    expect_same_counts(expected_, library_, document_.rules.size());
    expect_same_outputs(expected_, library_, form_);
    // Whether what dedup refuses for want of room counts as cut too is left open.
    if (!allowed_.dedup) {
      EXPECT_EQ(library_.stats().uniques_cut, expected_.uniques_cut);
    }
    EXPECT_EQ(library_.stats().open_groups, 0U);
    for (std::size_t i = 0; i < document_.rules.size(); ++i) {
      const Counts counts = expected_.rule_counts(i);
      exercised.refused += counts.refused;
      exercised.lone += counts.lone;
      exercised.evicted += closed(counts, "evicted");
    }
    exercised.cut += expected_.uniques_cut;
  }

 private:
  void make_a_call() {
    const std::uint64_t what = pick(random_, 10);
    now_ += static_cast<std::int64_t>(pick(random_, 4'000'000'000));
    if (what == 0) now_ += 60'000'000'000;
    if (what == 1 && !case_.event_clock) now_ -= 3 * 3'600'000'000'000;
    if (what == 2) {
      expected_.advance(now_);
      library_.advance(now_);
      return;
    }
    std::vector<Fields> events;
    const std::size_t count = 1 + pick(random_, 1200);
    for (std::size_t i = 0; i < count; ++i)
      events.push_back(
          random_event(random_, allowed_, now_ / 1'000'000 + static_cast<std::int64_t>(i * 20)));
    const std::int64_t given = case_.event_clock && one_in(random_, 2) ? 0 : now_;
    for (std::span<const Fields> rest = events; !rest.empty();) {
      const auto batch = rest.first(std::min(rest.size(), case_.batch));
      expected_.feed(batch, given);
      library_.feed(batch, given);
      rest = rest.subspan(batch.size());
    }
  }

  Random random_;
  Allowed allowed_;
  Case case_;
  Form form_;
  Document document_;
  Engine expected_;
  Library library_;
  std::int64_t now_ = 1'700'000'000'000'000'000;
};

}  // namespace model
