// A message of syslog, read.
#pragma once

#include <string_view>

#include "input/formats/syslog.h"
#include "unit/host/members.h"

namespace weir::host {

inline ReadMessage syslog(std::string_view text) { return read_one(text, read_syslog); }

}  // namespace weir::host
