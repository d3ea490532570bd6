// Zeek's tab-separated logs: https://docs.zeek.org/en/master/log-formats.html
//
// A record has the log's `#path` as `_path` and each column by its name: bool as bool; count, int
// and port as integer; double and interval as float; sets and vectors as arrays of their element's
// type, of texts for bool and time; everything else as text, and so is a time that has no exponent.
// A value that does not fit its type is text. What is unset or empty is not there, in a list too.
// So a record equals the line of Zeek's own JSON.
//
// Cost: one pass over a line, nothing allocated. A value: copies read on from where it stands.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "input/formats/zeek_header.h"
#include "input/records.h"

namespace weir::host {

class ZeekReader {
 public:
  // Adds a record, rejected or not; none for a blank line and the lines of a header.
  void read(const Message& message, std::uint32_t preset, Records& records);
  // Takes note of the headers in whole lines, without reading their records.
  void pass_over(std::string_view lines);

  // The header that is in force, as bytes, and back into a new reader.
  std::string header() const;
  void resume(std::string_view header);

 private:
  void learn(std::string_view line);
  void settle();

  std::shared_ptr<const ZeekHeader> header_;  // null: none yet
  std::optional<ZeekDirectives> draft_;       // the next header, while its lines come
};

}  // namespace weir::host
