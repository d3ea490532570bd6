// What the server has done, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "tracer/counters.h"
#include "tracer/source.h"

namespace weir::host::tracer {

struct Totals {
  const Counters& counters;
  const std::vector<Source>& sources;
  double seconds;
  std::size_t open;  // connections
};

std::string report_text(const Totals& totals);
std::string report_json(const Totals& totals);

}  // namespace weir::host::tracer
