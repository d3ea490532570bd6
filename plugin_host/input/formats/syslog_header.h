// The header of a syslog message, in both dialects.
#pragma once

#include <cstddef>
#include <string_view>

#include "input/formats/text_scan.h"
#include "input/records.h"

namespace weir::host {

// Empty texts are absent.
struct SyslogHeader {
  int priority = -1;  // -1: none
  int version = 0;    // of RFC 5424, 0: the older dialect
  std::string_view sequence;
  std::string_view timestamp;
  std::string_view hostname;
  std::string_view appname;
  std::string_view procid;
  std::string_view msgid;
  std::size_t rest = 0;  // where the structured data (RFC 5424) or the message begins
};

// Either answers false when the header cannot be read, and says why.
bool read_syslog_header(std::string_view text, SyslogHeader& header, Problem& problem);

// What follows the priority. REQUIRES: a version and a space.
bool read_rfc5424_header(std::string_view text, std::size_t at, SyslogHeader& header,
                         Problem& problem);
// What follows the priority, or the whole text.
bool read_bsd_header(std::string_view text, std::size_t at, SyslogHeader& header, Problem& problem);

// Adds the parameters of the structured data at `at`, and moves `at` to the message behind it or to
// the end. Answers false when it cannot be read, and says why.
bool read_structured_data(std::string_view text, std::size_t& at, Records& records,
                          Problem& problem);

}  // namespace weir::host
