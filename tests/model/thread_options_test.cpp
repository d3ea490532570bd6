// Options of a rule while 1 and 4 threads feed: which event lands in which bucket is not
// determined, but totals, thresholds, bounds and the law of conservation are.

#include <set>
#include <utility>

#include "feeding_threads.h"

namespace {

using model::document;
using model::Event;

class ThreadOptions : public model::FeedingThreads {};

TEST_P(ThreadOptions, CloseAGroupByCountAsOftenAsItsEventsSay) {
  constexpr std::uint64_t threshold = 7;
  run(document(threshold, "filter: DestinationPort > 0"), 50);
  std::map<std::uint64_t, std::uint64_t> full;
  for (const auto& [group, count] : seen_.count)
    if (count >= threshold) full[group] = count / threshold;
  EXPECT_EQ(seen_.full, full);
  EXPECT_EQ(seen_.largest, threshold);
}

TEST_P(ThreadOptions, TakeEachCombinationOnce) {
  const std::string text =
      document(1'000'000, "unique_fields: [SourcePort]\n    unique_mode: dedup");
  run(text, 50);
  std::set<std::pair<std::uint64_t, std::uint64_t>> combinations;
  for (const Event& event : fed_) combinations.emplace(event.port, event.source_port);
  EXPECT_EQ(stats().taken, combinations.size());
  EXPECT_EQ(stats().refused, fed_.size() - combinations.size());
  EXPECT_EQ(seen_.base, stats().refused) << "what the rule refuses passes";
}

TEST_P(ThreadOptions, HoldThresholdsWhileTheyRefuse) {
  constexpr std::uint64_t threshold = 7;
  const std::string text =
      document(threshold, "unique_fields: [SourcePort]\n    unique_mode: dedup");
  run(text, 50);
  EXPECT_EQ(seen_.largest, threshold);
  EXPECT_GT(stats().refused, 0U);
  EXPECT_EQ(seen_.base, stats().refused);
}

TEST_P(ThreadOptions, PassLoneEvents) {
  const std::string text = document(3, "single: pass");
  run(text, 5000);
  EXPECT_EQ(seen_.base, stats().lone);
  EXPECT_GT(seen_.base, 0U);
  EXPECT_EQ(seen_.smallest, 2U) << "what is alone is not aggregated";
  EXPECT_EQ(seen_.largest, 3U);
  EXPECT_EQ(stats().aggregated, seen_.aggregated);
}

TEST_P(ThreadOptions, GiveEveryRuleItsEvents) {
  const std::string text = document(7, "id: 11111111-1111-4111-8111-111111111111", "match: all\n") +
                           "  - name: again\n    threshold: 11\n    lifetime: 365d\n"
                           "    identical_fields: [DestinationPort]\n    sum_fields: [BytesIn]\n";
  rules_ = 2;
  run(text, 50);
  EXPECT_EQ(stats().taken, fed_.size());
  EXPECT_EQ(seen_.largest, 11U);
}

// Each thread's chunk may pass a bound before it looks at it.
TEST_P(ThreadOptions, KeepWithinTheEnginesBound) {
  constexpr std::uint64_t bound = 100;
  const std::string text = document(1'000'000, "filter: DestinationPort > 0",
                                    "bounds: {max_groups: " + std::to_string(bound) + "}\n");
  const std::uint64_t most = bound + WEIR_CHUNK_EVENTS * GetParam();
  run(text, 5000, [&] { EXPECT_LE(stats().open_groups, most); });
  EXPECT_LE(before_flush_.open_groups, GetParam() == 1 ? bound : most);
  EXPECT_GT(seen_.evicted, 0U);
  EXPECT_EQ(seen_.evicted, stats().closed_evicted);
}

TEST_P(ThreadOptions, KeepWithinTheRulesBound) {
  constexpr std::uint64_t bound = 60;
  const std::string text = document(1'000'000, "max_groups: " + std::to_string(bound));
  const std::uint64_t most = bound + WEIR_CHUNK_EVENTS * GetParam();
  run(text, 5000, [&] { EXPECT_LE(stats().open_groups, most); });
  EXPECT_LE(before_flush_.open_groups, GetParam() == 1 ? bound : most);
  EXPECT_EQ(seen_.evicted, stats().closed_evicted);
}

TEST_P(ThreadOptions, KeepWithinTheBytes) {
  constexpr std::uint64_t bound = 512 * 1024;
  const std::string text = document(1'000'000, "max_bytes: 512KiB");
  run(text, 50'000);
  EXPECT_GT(before_flush_.open_bytes, 0U);
  // What a chunk of the other threads may add: less than a KiB a group.
  EXPECT_LE(before_flush_.open_bytes, bound + (GetParam() - 1) * WEIR_CHUNK_EVENTS * 1024);
  EXPECT_GT(seen_.evicted, 0U);
}

INSTANTIATE_TEST_SUITE_P(Model, ThreadOptions, testing::Values(1, 4));

}  // namespace
