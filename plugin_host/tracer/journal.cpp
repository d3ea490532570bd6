#include "tracer/journal.h"

#include <fmt/format.h>

#include <cstdio>

#include "tracer/shown.h"

namespace weir::host::tracer {

void Journal::news(std::string_view line) const noexcept {
  if (quiet_) return;
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

void Journal::warning(std::string_view line) const noexcept {
  constexpr std::string_view mark = "weir: warning: ";
  std::fwrite(mark.data(), 1, mark.size(), stderr);
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
  std::fflush(stderr);
}

void Journal::exchange(std::string_view peer, char direction, std::string_view bytes) const {
  while (!bytes.empty()) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
    const std::string text = fmt::format("{} {} {}\n", peer, direction, shown(line));
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
}

}  // namespace weir::host::tracer
