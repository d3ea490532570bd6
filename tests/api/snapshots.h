// Snapshots of engines and what is compared of two engines.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "host.h"

namespace host {

inline void append_bytes(void* user, const char* bytes, std::uint64_t size) {
  static_cast<std::string*>(user)->append(bytes, size);
}

inline std::string snapshot(const Engine& engine) {
  std::string bytes;
  weir_error error = no_error();
  EXPECT_EQ(weir_snapshot(engine, append_bytes, &bytes, &error), WEIR_OK) << error.message;
  return bytes;
}

inline std::int32_t restore(Engine& engine, std::string_view bytes) {
  return weir_restore(engine, bytes.data(), bytes.size(), &engine.error);
}

// All counters but those of memory, by name.
inline std::map<std::string, std::uint64_t> counters(const weir_stats& s) {
  return {{"events_in", s.events_in},
          {"rejected", s.rejected},
          {"filtered", s.filtered},
          {"passed", s.passed},
          {"taken", s.taken},
          {"aggregated", s.aggregated},
          {"closed_count", s.closed_count},
          {"closed_lifetime", s.closed_lifetime},
          {"closed_flush", s.closed_flush},
          {"closed_evicted", s.closed_evicted},
          {"closed_reload", s.closed_reload},
          {"open_groups", s.open_groups},
          {"open_events", s.open_events},
          {"conversion_errors", s.conversion_errors},
          {"sums_skipped", s.sums_skipped},
          {"sums_saturated", s.sums_saturated},
          {"joins_cut", s.joins_cut},
          {"uniques_cut", s.uniques_cut},
          {"refused", s.refused},
          {"lone", s.lone},
          {"future_times", s.future_times},
          {"clock_steps_back", s.clock_steps_back},
          {"late_events", s.late_events},
          {"loads", s.loads},
          {"loads_refused", s.loads_refused},
          {"rules_kept", s.rules_kept},
          {"rules_added", s.rules_added},
          {"rules_changed", s.rules_changed},
          {"rules_removed", s.rules_removed},
          {"waiting_outputs", s.waiting_outputs},
          {"clock", static_cast<std::uint64_t>(s.clock)}};
}

inline std::map<std::string, std::uint64_t> counters(const weir_rule_stats& s) {
  return {{"taken", s.taken},
          {"out", s.out},
          {"aggregated", s.aggregated},
          {"closed_count", s.closed_count},
          {"closed_lifetime", s.closed_lifetime},
          {"closed_flush", s.closed_flush},
          {"closed_evicted", s.closed_evicted},
          {"closed_reload", s.closed_reload},
          {"open_groups", s.open_groups},
          {"open_events", s.open_events},
          {"refused", s.refused},
          {"lone", s.lone},
          {"late_events", s.late_events},
          {"sums_skipped", s.sums_skipped},
          {"sums_saturated", s.sums_saturated},
          {"joins_cut", s.joins_cut},
          {"uniques_cut", s.uniques_cut},
          {"oldest_opened", static_cast<std::uint64_t>(s.oldest_opened)}};
}

inline void expect_same_counters(const Engine& a, const Engine& b, std::uint64_t rules) {
  EXPECT_EQ(counters(a.stats()), counters(b.stats()));
  for (std::uint64_t i = 0; i < rules; ++i)
    EXPECT_EQ(counters(a.rule_stats(i)), counters(b.rule_stats(i))) << "rule " << i;
}

}  // namespace host
