// How many events there were, of a source or of all.
#pragma once

#include <cstdint>

namespace weir::host {

struct EventCounts {
  std::uint64_t events = 0;    // rejected ones included
  std::uint64_t rejected = 0;  // of them

  EventCounts& operator+=(const EventCounts& other) noexcept {
    events += other.events;
    rejected += other.rejected;
    return *this;
  }
  EventCounts operator-(const EventCounts& other) const noexcept {
    return {events - other.events, rejected - other.rejected};
  }
};

}  // namespace weir::host
