// Bytes of the protocol for people to read.
#pragma once

#include <string>
#include <string_view>

namespace weir::host::tracer {

// Control characters as \r, \n or \x00, and a long line cut.
std::string shown(std::string_view line);

}  // namespace weir::host::tracer
