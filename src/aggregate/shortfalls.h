// What could not be accumulated as asked.
#pragma once

#include <cstdint>

namespace weir::aggregate {

struct Shortfalls {
  std::uint64_t sums_skipped = 0;  // values that are no numbers, also of statistics
  std::uint64_t sums_saturated = 0;
  std::uint64_t joins_cut = 0;
  std::uint64_t uniques_cut = 0;  // values beyond a limit, and events that `dedup` refused so
  Shortfalls& operator+=(const Shortfalls& other) noexcept {
    sums_skipped += other.sums_skipped;
    sums_saturated += other.sums_saturated;
    joins_cut += other.joins_cut;
    uniques_cut += other.uniques_cut;
    return *this;
  }
};

}  // namespace weir::aggregate
