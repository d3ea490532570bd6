// A sink that counts, and sometimes stops or gives no answer.
#pragma once

#include <cstdint>
#include <string_view>

#include "weir/weir.h"

namespace soak {

// What sinks have accepted.
struct Counts {
  std::uint64_t base = 0;         // events that left as they came
  std::uint64_t aggregated = 0;   // events
  std::uint64_t base_events = 0;  // in these
  std::uint64_t rejected = 0;
  Counts& operator+=(const Counts& more) noexcept;
};

// One thread at a time.
class Tally {
 public:
  // moody: it stops once in about a thousand outputs, and fails as often.
  explicit Tally(std::uint32_t form, bool moody = false) noexcept
      : sink_{sizeof sink_, form, accept, this}, moody_(moody) {}
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  const weir_sink* sink() const noexcept { return &sink_; }
  const Counts& counts() const noexcept { return counts_; }

 private:
  static void accept(void* user, const weir_output* output, std::int32_t* answer);
  void count(const weir_output& output);
  void count_line(std::string_view line);

  weir_sink sink_;
  bool moody_;
  std::uint64_t offers_ = 0;
  Counts counts_;
};

}  // namespace soak
