// What `weir run --state` writes down of a run, and how: a file of one version, read whole or not
// at all. The engine's part is the library's own, and lies behind the others as it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "byte_fields.h"
#include "input/line_state.h"
#include "input/pcap.h"
#include "run/report.h"

namespace weir::host {

// The first bytes of a file, up to 4 KiB of them.
struct Fingerprint {
  std::uint64_t size = 0;
  std::uint64_t hash = 0;

  static Fingerprint of(std::string_view beginning) noexcept;
  bool operator==(const Fingerprint&) const noexcept = default;
};
constexpr std::size_t kFingerprint = 4096;

// Where an input stands; of what is no regular file only the name.
struct InputState {
  std::string name;
  bool begun = false;
  bool finished = false;
  bool known = true;       // not written down: another run has seen it
  std::uint64_t size = 0;  // of the file when it was finished
  Fingerprint beginning;
  std::uint64_t position = 0;  // of lines: decompressed bytes; of a capture: packets
  LineState lines;
  std::int64_t arrived = 0;  // as in Engine::note_arrival()
  SourceReport report;       // its format too
};

struct OutputState {
  std::string name;
  bool kept = false;  // it is a file that can be cut back
  std::uint64_t inode = 0;
  std::uint64_t bytes = 0;
};

struct RunState {
  std::string format;  // --format
  bool event_clock = false;
  std::vector<InputState> inputs;     // in the order of the command line
  std::vector<std::string> followed;  // names and patterns
  OutputState output;
  OutputState rejects;
  std::uint64_t lines_out = 0;
  std::uint64_t rejected = 0;
  bool used_capture = false;
  CaptureStats capture;
  std::string decoder;               // Decoder::save()
  std::string files;                 // FollowedSources::save()
  std::vector<SourceReport> others;  // of sockets and pipes
};

void save_lines(ByteWriter& out, const LineState& state);
LineState load_lines(ByteReader& in);
void save_report(ByteWriter& out, const SourceReport& report);
SourceReport load_report(ByteReader& in);

// The bytes of the file but for its checksum, in two parts: the second is `engine`, which must
// stay.
std::string state_head(const RunState& state, std::string_view engine);
std::uint64_t state_checksum(std::string_view head, std::string_view engine) noexcept;

struct StoredState {
  RunState run;
  std::string engine;
};
// What is wrong with the bytes, one clause; empty when they were read.
std::string read_state(std::string_view bytes, StoredState& state);

}  // namespace weir::host
