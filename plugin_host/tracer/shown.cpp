#include "tracer/shown.h"

#include <fmt/format.h>

namespace weir::host::tracer {

std::string shown(std::string_view line) {
  constexpr std::size_t most = 4096;
  std::string text;
  for (const char c : line.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      text += "\\r";
    } else if (c == '\n') {
      text += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      text += fmt::format("\\x{:02x}", byte);
    } else {
      text += c;
    }
  }
  if (line.size() > most) text += fmt::format("… ({} bytes in all)", line.size());
  return text;
}

}  // namespace weir::host::tracer
