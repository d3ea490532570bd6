// What `weir run` was asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "input/format.h"
#include "input/input.h"
#include "output/output.h"
#include "run/console.h"

namespace weir::host {

struct RunOptions {
  std::string rules;
  std::vector<InputName> inputs;
  std::vector<std::string> follow;  // files that grow, or patterns of them
  std::optional<Format> format;     // none: by content
  std::string output = "-";
  std::size_t output_buffer = kOutputBuffer;  // of a TCP output, bytes
  std::optional<bool> event_clock;            // none: by the inputs
  std::string stats;                          // a path, or empty
  std::string rejects;                        // likewise
  ProgressMode progress = ProgressMode::automatic;
  std::string instance;
  std::vector<std::uint16_t> netflow_ports;
  unsigned workers = 1;
  bool strict = false;
  std::string state;                        // a folder that the state is kept in, or empty
  std::int64_t checkpoint = 5'000'000'000;  // ns between two
  bool watch = false;                       // reload the rules when their files change
  std::string metrics;                      // HOST:PORT to serve them on, or empty
};

}  // namespace weir::host
