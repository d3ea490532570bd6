// The formats of events that inputs have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::host {

class ByteSource;

// zeek: its tab-separated logs; zeek_json and suricata are NDJSON with a preset.
enum class Format : std::uint8_t {
  ndjson,
  cef,
  leef,
  syslog,
  zeek,
  zeek_json,
  suricata,
  netflow,
  pcap
};
constexpr std::size_t kFormats = 9;

std::string_view format_name(Format format) noexcept;

// Lines of JSON, which the library reads itself.
bool is_json(Format format) noexcept;
// One event a line or a message: all but NetFlow.
bool is_lines(Format format) noexcept;

// Of `--format`. Throws Failure(usage).
Format parse_format(const std::string& name);

// By the first bytes: of captures and datagrams their own, of lines the first one that is not
// blank. ndjson when nothing else fits.
Format detect_format(std::string_view beginning) noexcept;

// Whether more bytes could change the answer. A pipe may be silent behind a short line, so nobody
// waits for more than it takes: the mark of a format, a line of JSON, 4 KiB at most.
bool detection_wants_more(std::string_view beginning) noexcept;

// Of a source, whose bytes are left to be read. None when a signal came before those that tell.
std::optional<Format> find_format(ByteSource& source);

}  // namespace weir::host
