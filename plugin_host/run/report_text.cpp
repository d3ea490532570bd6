#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "failure.h"
#include "output/writer.h"
#include "run/report.h"

namespace weir::host {

std::string bytes_text(double bytes) {
  constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, units[unit]);
}

std::string reduction_text(std::uint64_t in, std::uint64_t out) {
  if (out == 0) return "no output";
  return fmt::format("{:.1f} to 1", static_cast<double>(in) / static_cast<double>(out));
}

void write_atomically(const std::string& path, const std::string& text) {
  // The process's number keeps two runs with one path apart.
  const std::string beside = fmt::format("{}.{}.new", path, ::getpid());
  Writer writer(beside);
  writer.open();
  const bool written = writer.append(text) && writer.close();
  if (written && std::rename(beside.c_str(), path.c_str()) == 0) return;
  const int error = errno;
  ::unlink(beside.c_str());
  throw Failure(
      Exit::runtime,
      written ? fmt::format("cannot write to '{}': {}", path, error_text(error)) : writer.error());
}

}  // namespace weir::host
