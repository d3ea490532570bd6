// What `-i` names, and which format its bytes have.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::host {

class ByteSource;

enum class Format : std::uint8_t { ndjson, netflow, pcap };

std::string_view format_name(Format format) noexcept;

// Of `--format`. Throws Failure(usage).
Format parse_format(const std::string& name);

// By the first bytes: a capture's magic number, a NetFlow header, else lines of JSON.
Format detect_format(std::string_view beginning) noexcept;

// Whether more bytes could change the answer. A pipe may be silent behind a short line, so nobody
// waits for more than it takes: of JSON the first byte is enough.
bool detection_wants_more(std::string_view beginning) noexcept;

// Of a source, whose bytes are left to be read. None when a signal came before those that tell.
std::optional<Format> find_format(ByteSource& source);

struct InputName {
  enum class Kind : std::uint8_t { file, standard_input, udp };
  Kind kind = Kind::file;
  std::string text;  // as given, for messages
  std::string host;  // udp; empty: every address
  std::string port;  // udp
};

// A file, `-`, or `udp://host:port` with an IPv6 address in brackets. Throws Failure(usage).
InputName parse_input(const std::string& text);

}  // namespace weir::host
