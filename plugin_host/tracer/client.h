// `weir lookup`: one lookup over one connection, shown as it happens.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "failure.h"
#include "lookup/cybertrace_wire.h"
#include "socket_address.h"

namespace weir::host::tracer {

struct Question {
  struct Indicator {
    lookup::cybertrace::Kind kind;
    std::string value;
  };
  HostPort server;
  std::string server_text;
  std::vector<Indicator> indicators;
  bool ping = false;  // instead of indicators
  std::chrono::milliseconds timeout{5000};
};

// Prints what was sent (`>`) and what came (`<`), a line each, and how long it took. Returns good
// when something was found or PONG came, bad_input when the server has found nothing. Throws
// Failure: usage for a value that the protocol cannot carry, runtime for everything that kept the
// answer away.
Exit look_up(const Question& question, const std::function<void(const std::string&)>& print);

}  // namespace weir::host::tracer
