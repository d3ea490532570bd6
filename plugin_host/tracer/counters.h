// What the server counts.
#pragma once

#include <cstdint>

namespace weir::host::tracer {

struct SourceCounters {
  std::uint64_t lookups = 0;   // indicators that it was asked about
  std::uint64_t hits = 0;      // of them found
  std::uint64_t failures = 0;  // that got no answer: an error, a time-out, too many at once
  std::uint64_t reloads = 0;
  std::uint64_t failed_reloads = 0;
};

struct Counters {
  std::uint64_t connections = 0;
  std::uint64_t refused = 0;  // above the limit
  std::uint64_t resets = 0;   // ended by an error of the peer's
  std::uint64_t unread = 0;   // closed because too many bytes waited for clients to read
  std::uint64_t idle = 0;     // closed because nothing came
  std::uint64_t pings = 0;
  std::uint64_t requests = 0;  // lines that were answered, bad ones among them
  std::uint64_t lookups = 0;   // indicators in them
  std::uint64_t found = 0;     // requests whose answer has a detection
  std::uint64_t bad_lines = 0;
  std::uint64_t long_lines = 0;  // among the bad
  std::uint64_t cut_answers = 0;
};

}  // namespace weir::host::tracer
