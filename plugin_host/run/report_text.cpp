#include <fmt/format.h>

#include <array>

#include "run/report.h"

namespace weir::host {

SourceReport& SourceReport::operator+=(const SourceReport& before) noexcept {
  bytes += before.bytes;
  counts += before.counts;
  datagrams += before.datagrams;
  dropped += before.dropped;
  datagrams_rejected += before.datagrams_rejected;
  if (connections && before.connections) {
    connections->accepted += before.connections->accepted;
    connections->refused += before.connections->refused;
    connections->bytes += before.connections->bytes;
    connections->events += before.connections->events;
    connections->rejected += before.connections->rejected;
  }
  return *this;
}

std::string bytes_text(double bytes) {
  constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, units[unit]);
}

std::string reduction_text(std::uint64_t read, std::uint64_t out) {
  if (out == 0) return "no output";
  return fmt::format("{:.1f} to 1", static_cast<double>(read) / static_cast<double>(out));
}

std::string reduction_json(std::uint64_t read, std::uint64_t out) {
  if (out == 0) return "null";  // without output there is no ratio
  return fmt::format("{:.3f}", static_cast<double>(read) / static_cast<double>(out));
}

double rate(std::uint64_t count, double seconds) noexcept {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::uint64_t events_read(const weir_stats& stats) noexcept {
  return stats.events_in - stats.rejected;
}

}  // namespace weir::host
