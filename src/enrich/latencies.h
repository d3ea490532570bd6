// How long answers took: how many of them at most as long as each of some bounds.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/moment.h"

namespace weir::enrich {

// A look-up in the same rack takes half a millisecond, one that somebody gives up after ten seconds
// ten; between them the steps are a factor of two to two and a half, as is the custom.
inline constexpr std::array<std::int64_t, 14> latency_bounds{
    500'000,       1'000'000,     2'500'000,     5'000'000,     10'000'000,
    25'000'000,    50'000'000,    100'000'000,   250'000'000,   500'000'000,
    1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};

class Latencies {
 public:
  void add(Duration taken) noexcept {
    std::size_t at = 0;
    while (at < latency_bounds.size() && taken.nanos > latency_bounds[at]) ++at;
    ++within_[at];
    sum_.nanos += taken.nanos;
  }

  // How many took at most latency_bounds[bound]; behind the last bound: how many there are.
  std::uint64_t up_to(std::size_t bound) const noexcept {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= bound; ++i) count += within_[i];
    return count;
  }
  std::uint64_t count() const noexcept { return up_to(latency_bounds.size()); }
  Duration sum() const noexcept { return sum_; }

 private:
  std::array<std::uint64_t, latency_bounds.size() + 1> within_{};  // beyond the bound before
  Duration sum_{};
};

}  // namespace weir::enrich
