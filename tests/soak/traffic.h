// What one feeding thread feeds: the same few hundred events over and over, as fields and as lines
// of JSON, whose keys change in place from round to round, so that making them costs next to
// nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/weir.h"

namespace soak {

constexpr std::size_t round_events = 600;  // more than a chunk

// Good enough to spread keys.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed * 2 + 1) {}
  std::uint64_t below(std::uint64_t count) noexcept {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33U) % count;
  }

 private:
  std::uint64_t state_;
};

class Traffic {
 public:
  explicit Traffic(std::uint64_t seed);
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  // New keys: one in eight is one of 32, the others hardly ever come twice. What was fed before and
  // is borrowed still must not be.
  void next();
  const std::vector<weir_event>& events() const noexcept { return events_; }
  std::string_view lines() const noexcept { return lines_; }

 private:
  void add_event(std::size_t index);
  void add_line(std::size_t index);

  Random random_;
  std::vector<std::vector<weir_field>> fields_;
  std::vector<weir_event> events_;
  std::string lines_;
  std::string keys_;                   // of the events
  std::vector<std::size_t> in_lines_;  // where the lines have theirs
};

}  // namespace soak
