// What `-i` names.
#pragma once

#include <cstdint>
#include <string>

namespace weir::host {

struct InputName {
  enum class Kind : std::uint8_t { file, standard_input, udp };
  Kind kind = Kind::file;
  std::string text;      // as given, for messages
  std::string host;      // udp; empty: every address
  std::string port;      // udp
  bool matched = false;  // a file that a pattern has found
};

// A file, `-`, or `udp://host:port` with an IPv6 address in brackets. Throws Failure(usage).
InputName parse_input(const std::string& text);

}  // namespace weir::host
