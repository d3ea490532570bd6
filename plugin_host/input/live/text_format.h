// The format of what comes over sockets, by its first message.
#pragma once

#include <optional>
#include <string_view>

#include "input/format.h"

namespace weir::host {

// Of a message: one that detect_format() knows as text; JSON begins with a brace; anything else is
// syslog, whose rules (RFC 3164, 4.3.3) take any text.
Format text_format(std::string_view message) noexcept;

// Of a stream, by its first message, which has a count or ends in LF or NUL. None when too little
// of it has come. last: no more will.
std::optional<Format> stream_format(std::string_view beginning, bool last) noexcept;

}  // namespace weir::host
