// What `-i` names.
#pragma once

#include <cstdint>
#include <string>

#include "socket_address.h"

namespace weir::host {

struct InputName {
  enum class Kind : std::uint8_t { file, standard_input, udp, tcp, unix_stream, unix_datagram };
  Kind kind = Kind::file;
  std::string text;      // as given, for messages
  std::string host{};    // udp, tcp; empty: every address
  std::string port{};    // likewise
  std::string path{};    // of a Unix socket
  bool matched = false;  // a file that a pattern has found

  HostPort host_port() const { return {host, port}; }
};

// A socket that others write to, and no file.
bool is_socket(InputName::Kind kind) noexcept;
// One that takes connections.
bool is_listener(InputName::Kind kind) noexcept;

// A file, `-`, `udp://HOST:PORT` or `tcp://HOST:PORT` with an IPv6 address in brackets,
// `unix:///PATH` or `unixgram:///PATH`. Throws Failure(usage).
InputName parse_input(const std::string& text);

}  // namespace weir::host
