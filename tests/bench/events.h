// Events to measure with: 12 fields, keys drawn by Zipf's law from a given number of groups.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "weir/weir.h"

namespace bench {

// Ten thousand events are enough to hide nothing: their fields are made once, keys vary below.
class Events {
 public:
  // groups: how many different keys there may be. skew: Zipf's exponent.
  Events(std::size_t count, std::size_t groups, double skew = 0.99);

  const std::vector<weir_event>& events() const noexcept { return events_; }
  // The same events, one JSON object a line.
  std::string ndjson() const;

 private:
  struct Row;
  std::vector<weir_field> fields_;
  std::vector<std::string> texts_;
  std::vector<weir_event> events_;
};

// Six identical fields of which two are addresses, two sums, threshold 100; lifetime in seconds.
std::string document(int lifetime, bool uniques = false);

}  // namespace bench
