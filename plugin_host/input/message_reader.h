// Messages of a format to records. A value that is copied with what it has learned from the source
// so far, so that several threads can read blocks of one source.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "input/format.h"
#include "input/formats/zeek.h"
#include "input/records.h"

namespace weir::host {

struct Library;

// The shipped mappings that formats use, as the library numbers them.
struct PresetIds {
  std::uint32_t cef = 0;
  std::uint32_t leef = 0;
  std::uint32_t syslog = 0;
  std::uint32_t zeek = 0;
  std::uint32_t suricata = 0;

  // Of a source in the format; 0: none.
  std::uint32_t of(Format format) const noexcept;
};

// Throws Failure(runtime).
PresetIds preset_ids(const Library& library);

class MessageReader {
 public:
  // REQUIRES: is_lines(format) and not is_json(format).
  MessageReader(Format format, const PresetIds& presets) : format_(format), presets_(presets) {}

  // Adds a record, rejected or not; none for what is no event: a blank line, a header.
  void read(const Message& message, Records& records);
  // Takes note of what later messages depend on, the headers of Zeek's logs, without reading the
  // lines.
  void pass_over(std::string_view lines);
  // What later messages depend on, as bytes, and back into a new reader.
  std::string header() const { return zeek_.header(); }
  void resume(std::string_view header) { zeek_.resume(header); }

 private:
  void read_syslog_message(std::string_view text, Records& records);

  Format format_;
  PresetIds presets_;
  ZeekReader zeek_;
};

}  // namespace weir::host
