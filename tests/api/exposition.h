// Reads the exposition format of Prometheus, version 0.0.4, more strictly than Prometheus does.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace host {

struct Exposition {
  std::vector<std::string> families;         // "name type", in their order
  std::vector<std::string> series;           // "name{label=value,…}", in their order
  std::map<std::string, std::string> value;  // of each series
  std::string problem;                       // of the first line that is wrong; empty: all is well
};

// Label values come without their escapes. A family has its HELP, then its TYPE, then its samples,
// of which there is one at least, and comes once; so does a series. Counters end in _total, nothing
// else does; buckets of a histogram do not fall, and the last is its count.
Exposition read_exposition(std::string_view text);

}  // namespace host
