#include <fmt/format.h>

#include "bench/bench.h"
#include "json_text.h"
#include "run/report.h"

namespace weir::host {
namespace {

// A figure of every run, of which the middle one and the ends are told.
struct Spread {
  double median = 0;
  double least = 0;
  double most = 0;
};

// seconds: ascending, not empty.
double median_of(const std::vector<double>& seconds) noexcept {
  const std::size_t middle = seconds.size() / 2;
  return seconds.size() % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2;
}

// amount: of what every run does so much of.
Spread a_second(const BenchFigures& figures, double amount) noexcept {
  const std::vector<double>& seconds = figures.seconds;
  return {amount / median_of(seconds), amount / seconds.back(), amount / seconds.front()};
}

Spread nanoseconds_each(const BenchFigures& figures) noexcept {
  const std::vector<double>& seconds = figures.seconds;
  const double scale = 1e9 / static_cast<double>(figures.fed.events_in);
  return {median_of(seconds) * scale, seconds.front() * scale, seconds.back() * scale};
}

std::string spread_text(const Spread& spread) {
  return fmt::format("{:.0f} ({:.0f} to {:.0f})", spread.median, spread.least, spread.most);
}

std::string spread_json(const Spread& spread) {
  return fmt::format(R"({{"median": {:.1f}, "min": {:.1f}, "max": {:.1f}}})", spread.median,
                     spread.least, spread.most);
}

double megabytes(const HeldInput& input) noexcept {
  return static_cast<double>(input.lines.size()) * 1e-6;
}

}  // namespace

std::string bench_text(const HeldInput& input, const BenchFigures& figures) {
  const weir_stats& fed = figures.fed;
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) {
    out += fmt::format("{:<12} {}\n", name, value);
  };
  const bool lines = is_lines(input.format);
  add("input", fmt::format("{}: {}, {}, {} events", input.name, format_name(input.format),
                           bytes_text(static_cast<double>(input.size)), fed.events_in));
  add("runs",
      fmt::format("{} of {:.3f} s; {} worker{}", figures.seconds.size(), median_of(figures.seconds),
                  figures.workers, figures.workers == 1 ? "" : "s"));
  add("events/s", spread_text(a_second(figures, static_cast<double>(fed.events_in))));
  add("ns/event", spread_text(nanoseconds_each(figures)));
  if (lines) add("MB/s", spread_text(a_second(figures, megabytes(input))));
  add("events in", fmt::format("{} = {} rejected + {} filtered + {} passed + {} taken",
                               fed.events_in, fed.rejected, fed.filtered, fed.passed, fed.taken));
  add("events out", fmt::format("{}, {} of them by the flush", figures.events_out,
                                figures.events_out - figures.fed_out));
  add("reduction", reduction_text(events_read(fed), figures.events_out));
  add("open groups",
      fmt::format("{} at the end, in {}; flushed in {:.3f} s", fed.open_groups,
                  bytes_text(static_cast<double>(fed.open_bytes)), figures.flush_seconds));
  return out;
}

std::string bench_json(const Library& library, const HeldInput& input,
                       const BenchFigures& figures) {
  const weir_stats& fed = figures.fed;
  std::string out = "{";
  JsonMembers members(out, "  ");
  members.text("version", library.version());
  members.text("input", input.name);
  members.text("format", format_name(input.format));
  members.add("bytes", input.size);
  members.add("workers", figures.workers);
  members.add("runs", figures.seconds.size());
  members.raw("events_per_second",
              spread_json(a_second(figures, static_cast<double>(fed.events_in))));
  members.raw("ns_per_event", spread_json(nanoseconds_each(figures)));
  members.raw("megabytes_per_second",
              is_lines(input.format) ? spread_json(a_second(figures, megabytes(input))) : "null");
  members.add("events_in", fed.events_in);
  members.add("rejected", fed.rejected);
  members.add("filtered", fed.filtered);
  members.add("passed", fed.passed);
  members.add("taken", fed.taken);
  members.add("events_out", figures.events_out);
  members.raw("reduction", reduction_json(events_read(fed), figures.events_out));
  members.add("open_groups", fed.open_groups);
  members.add("open_bytes", fed.open_bytes);
  members.raw("flush_seconds", fmt::format("{:.6f}", figures.flush_seconds));
  return out + "\n}\n";
}

}  // namespace weir::host
