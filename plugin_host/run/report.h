// What a run tells at its end: the summary for people, and the counters as JSON for `--stats`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "input/live/stream_listener.h"
#include "input/netflow/decoder.h"
#include "input/pcap.h"
#include "output/output.h"
#include "run/event_counts.h"
#include "weir/weir.h"

namespace weir::host {

struct SourceReport {
  std::string name;
  std::string format = "unknown";
  std::uint64_t bytes = 0;      // as they are in the file
  EventCounts counts;           // but for a socket
  std::uint64_t datagrams = 0;  // of a socket
  std::uint64_t dropped = 0;    // likewise: by the system, before they were received
  std::uint64_t datagrams_rejected = 0;
  bool socket = false;
  std::optional<StreamCounts> connections;  // of a socket that takes them

  // What the same input gave in a run before.
  SourceReport& operator+=(const SourceReport& before) noexcept;
};

struct Report {
  std::string version;
  std::string clock;  // event, arrival
  bool interrupted = false;
  bool restored = false;            // the counters are those of the runs before, too
  std::uint64_t events_before = 0;  // theirs, of events_in
  std::string state;                // the file that what is open is kept in, or empty
  std::string failure;              // why the run ended early; empty: it did not
  bool output_failed = false;       // then the output holds less than was counted
  double seconds = 0;
  std::uint64_t lines_out = 0;
  weir_stats stats{};
  std::vector<weir_rule_stats> rules;
  std::vector<weir_enrichment_stats> enrichments;
  std::vector<SourceReport> sources;
  bool used_sockets = false;
  std::uint64_t dropped = 0;           // over all sockets
  std::optional<OutputCounts> output;  // over TCP
  std::optional<NetflowStats> netflow;
  std::optional<CaptureStats> capture;
};

// Several lines, each but the last ending in LF.
std::string summary_text(const Report& report);

// An object, ending in LF. Its members are described in docs/host.md.
std::string report_json(const Report& report);

// "12.3 MiB"; "27.4 to 1", of events read (without the rejected ones) and events out.
std::string bytes_text(double bytes);
std::string reduction_text(std::uint64_t read, std::uint64_t out);
std::string reduction_json(std::uint64_t read, std::uint64_t out);
// A second; 0 when no time has passed.
double rate(std::uint64_t count, double seconds) noexcept;
// Events that could not be read are no part of what the rules reduced.
std::uint64_t events_read(const weir_stats& stats) noexcept;

}  // namespace weir::host
