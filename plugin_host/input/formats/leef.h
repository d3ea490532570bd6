// IBM QRadar's Log Event Extended Format, versions 1.0 and 2.0:
//
//   LEEF:1.0|vendor|product|version|event id|key=value<tab>key=value ...
//   LEEF:2.0|vendor|product|version|event id|delimiter|key=value ...
//
// The header's parts are members `leef.version`, `leef.vendor`, `leef.product`,
// `leef.productVersion`, `leef.eventId`; attributes have their keys as they stand.
#pragma once

#include <cstddef>
#include <string_view>

#include "input/records.h"

namespace weir::host {

// Adds the members of a message to the record that has been begun, or rejects it. Before `LEEF:`
// there may be a header of syslog, whose members are added as well when it can be read.
void read_leef(std::string_view text, Records& records);

// The same of what begins at `at`. REQUIRES: body_at(text, at) is Body::leef.
void read_leef_at(std::string_view text, std::size_t at, Records& records);

}  // namespace weir::host
