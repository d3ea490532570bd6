// `weir bench`: how fast a rule document goes over an input in memory. Each run has an engine of
// its own; its outputs are counted and thrown away.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/held_input.h"
#include "library.h"
#include "weir/weir.h"

namespace weir::host {

struct BenchSettings {
  std::string rules;     // the path of the document, for messages
  std::string document;  // what it holds
  unsigned workers = 1;  // threads that read NDJSON
  unsigned runs = 5;
};

struct BenchFigures {
  std::vector<double> seconds;   // of the runs, ascending: feeding alone
  weir_stats fed{};              // of the last run, when everything was fed
  std::uint64_t fed_out = 0;     // outputs of the last run, when everything was fed
  std::uint64_t events_out = 0;  // and behind the flush
  double flush_seconds = 0;      // of the last run
  unsigned workers = 1;          // that were at work
};

// Whether the rules load; shows their warnings. Throws Failure(bad_input).
void check_rules(const Library& library, const BenchSettings& settings);

// Throws Failure: bad_input when the input has no event, interrupted after a signal.
BenchFigures run_bench(const Library& library, const BenchSettings& settings,
                       const HeldInput& input);

// What the command prints, for people and for machines.
std::string bench_text(const HeldInput& input, const BenchFigures& figures);
std::string bench_json(const Library& library, const HeldInput& input, const BenchFigures& figures);

}  // namespace weir::host
