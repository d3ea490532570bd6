// ArcSight's Common Event Format, versions 0 and 1:
//
//   CEF:0|vendor|product|version|signature id|name|severity|key=value key=value ...
//
// The header's parts are members `cef.version`, `cef.deviceVendor`, `cef.deviceProduct`,
// `cef.deviceVersion`, `cef.signatureId`, `cef.name`, `cef.severity`; the extension's have their
// keys as they stand (`src`, `cs1`, `cs1Label`).
#pragma once

#include <cstddef>
#include <string_view>

#include "input/records.h"

namespace weir::host {

// Adds the members of a message to the record that has been begun, or rejects it. Before `CEF:`
// there may be a header of syslog, whose members are added as well when it can be read.
void read_cef(std::string_view text, Records& records);

// The same of what begins at `at`. REQUIRES: body_at(text, at) is Body::cef.
void read_cef_at(std::string_view text, std::size_t at, Records& records);

}  // namespace weir::host
