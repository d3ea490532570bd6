// Syslog, in the two dialects that are in use: RFC 5424 and the older one that RFC 3164 describes,
// with what sources have made of it (syslog_bsd.cpp). A message is of RFC 5424 when a version and a
// space follow its priority: `<34>1 `.
//
// Members: `syslog.pri`, `syslog.facility`, `syslog.severity` and `syslog.version`, which are
// integers, `syslog.timestamp`, `syslog.hostname`, `syslog.appname` (of the older dialect: the
// tag), `syslog.procid`, `syslog.msgid`, `syslog.sequence` (Cisco's number), `syslog.message`, and
// `syslog.sd.ID.NAME` for each parameter of the structured data. What a message leaves out, or
// writes as `-`, is absent.
#pragma once

#include <cstddef>
#include <string_view>

#include "input/formats/text_scan.h"
#include "input/records.h"

namespace weir::host {

// Adds the members of a message to the record that has been begun, or rejects it. A message that
// begins with `CEF:` or `LEEF:` is read as such, in the place of `syslog.message`: the answer
// tells.
Body read_syslog(std::string_view text, Records& records);

// Where the body of a kind begins in a text that may have a header of syslog before it, whose
// members are added if it can be read; npos when there is none and the record was rejected.
std::size_t read_prefix(std::string_view text, Body kind, Records& records);

}  // namespace weir::host
