#include "run/report.h"

#include <fmt/format.h>

#include <iterator>
#include <span>
#include <string_view>

namespace weir::host {
namespace {

using Out = std::back_insert_iterator<std::string>;

// Lines `name value`, the names in one column.
class Lines {
 public:
  explicit Lines(std::string& out) : out_(out) {}
  void add(std::string_view name, std::string_view value) {
    fmt::format_to(Out(out_), "{}{:<12} {}", out_.empty() ? "" : "\n", name, value);
  }

 private:
  std::string& out_;
};

void add_netflow(Lines& lines, const Report& report) {
  const NetflowStats& netflow = *report.netflow;
  lines.add("netflow", fmt::format("{} datagrams, {} flows, {} options records", netflow.datagrams,
                                   netflow.flows, netflow.options_records));
  lines.add("netflow",
            fmt::format("{} sets without a template, {} malformed, {} unsupported",
                        netflow.unknown_template_sets, netflow.malformed, netflow.unsupported));
  std::string loss = fmt::format("{} sequence gaps", netflow.sequence_gaps);
  if (report.used_sockets) {
    loss += fmt::format(", {} datagrams dropped by the system", report.dropped);
  }
  lines.add("netflow loss", loss);
}

void add_capture(Lines& lines, const CaptureStats& capture) {
  lines.add("capture",
            fmt::format("{} packets: {} NetFlow, {} to other ports, {} not UDP", capture.packets,
                        capture.netflow, capture.other_port, capture.other));
  lines.add("capture",
            fmt::format("{} fragments, {} malformed", capture.fragments, capture.malformed));
  if (capture.truncated != 0) {
    lines.add("capture cut",
              fmt::format("{} datagrams were cut short; capture whole packets", capture.truncated));
  }
}

// Which source gave what, when there are several.
void add_sources(Lines& lines, const std::vector<SourceReport>& sources) {
  constexpr std::size_t most = 10;
  if (sources.size() < 2) return;
  const std::size_t shown = sources.size() <= most ? sources.size() : most - 1;
  for (const SourceReport& source : std::span(sources).first(shown)) {
    const std::string name = source.name == "-" ? "standard input" : source.name;
    const std::string bytes = bytes_text(static_cast<double>(source.bytes));
    if (source.connections) {
      lines.add("source", fmt::format("{}: {}, {} connections, {} events, {} rejected", name, bytes,
                                      source.connections->accepted, source.connections->events,
                                      source.connections->rejected));
    } else if (source.socket) {
      const std::string lost =
          source.dropped == 0 ? "" : fmt::format(", {} dropped by the system", source.dropped);
      lines.add("source", fmt::format("{}: {}, {}, {} datagrams{}", name, source.format, bytes,
                                      source.datagrams, lost));
    } else {
      lines.add("source", fmt::format("{}: {}, {}, {} events, {} rejected", name, source.format,
                                      bytes, source.counts.events, source.counts.rejected));
    }
  }
  if (shown < sources.size()) {
    lines.add("source", fmt::format("and {} more; --stats has them all", sources.size() - shown));
  }
}

// Events that the rule was not for, why others went on without what one that asks over the network
// would have added, and what did not fit.
std::string left_alone(const weir_enrichment_stats& rule) {
  std::string out;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count != 0) out += fmt::format(", {} {}", count, what);
  };
  add(rule.skipped, "skipped by its filter");
  add(rule.timeout, "timed out");
  add(rule.connect_failed, "without a connection");
  add(rule.eof_early, "cut off");
  add(rule.protocol_error, "answered with something else");
  add(rule.queue_full, "not asked for want of room");
  add(rule.cancelled, "given up");
  add(rule.dropped_pairs, "values not sent");
  add(rule.cut, "texts cut");
  return out;
}

void add_enrichments(Lines& lines, const std::vector<weir_enrichment_stats>& rules) {
  constexpr std::size_t most = 10;
  const std::size_t shown = rules.size() <= most ? rules.size() : most - 1;
  for (const weir_enrichment_stats& rule : std::span(rules).first(shown))
    lines.add("enrichment",
              fmt::format("{} ({}): {} applied, {} missed, {} errors{}", rule.name, rule.type,
                          rule.applied, rule.missed, rule.errors, left_alone(rule)));
  if (shown < rules.size())
    lines.add("enrichment", fmt::format("and {} more; --stats has them all", rules.size() - shown));
}

void add_sockets(Lines& lines, const Report& report) {
  std::uint64_t refused = 0;
  for (const SourceReport& source : report.sources) {
    if (source.connections) refused += source.connections->refused;
  }
  if (refused != 0) {
    lines.add("connections", fmt::format("{} refused: too many were open", refused));
  }
  if (report.dropped != 0 && !report.netflow) {
    lines.add("datagrams", fmt::format("{} dropped by the system", report.dropped));
  }
  if (report.output && report.output->undelivered != 0) {
    lines.add("undelivered",
              fmt::format("{} lines to {}", report.output->undelivered, report.output->name));
  }
}

// With the document that the run began with.
void add_loads(Lines& lines, const weir_stats& stats) {
  if (stats.loads < 2 && stats.loads_refused == 0) return;
  lines.add("loads", fmt::format("{} taken, {} refused; rules: {} kept, {} changed, {} added, {} "
                                 "removed",
                                 stats.loads, stats.loads_refused, stats.rules_kept,
                                 stats.rules_changed, stats.rules_added, stats.rules_removed));
}

}  // namespace

std::string summary_text(const Report& report) {
  const weir_stats& stats = report.stats;
  std::string out;
  Lines lines(out);
  const std::string lone = stats.lone == 0 ? "" : fmt::format(" + {} lone", stats.lone);
  lines.add("events in",
            fmt::format("{} = {} rejected + {} filtered + {} passed + {} taken", stats.events_in,
                        stats.rejected, stats.filtered, stats.passed, stats.taken));
  if (report.output_failed) {
    lines.add("events out", fmt::format("fewer than the {} made: the output failed",
                                        stats.aggregated + stats.passed + stats.lone));
  } else {
    lines.add("events out", fmt::format("{} = {} aggregated + {} passed{}", report.lines_out,
                                        stats.aggregated, stats.passed, lone));
    lines.add("reduction", reduction_text(events_read(report.stats), report.lines_out));
  }
  if (stats.refused != 0) {
    lines.add("refused", fmt::format("{} times, by unique_mode: dedup", stats.refused));
  }
  if (stats.closed_evicted != 0) {
    lines.add("evicted", fmt::format("{} groups closed early for want of room; raise `bounds:` or "
                                     "the rule's own",
                                     stats.closed_evicted));
  }
  if (stats.conversion_errors != 0) {
    lines.add("conversion",
              stats.conversion_errors == 1
                  ? "1 value did not fit its field and was left out"
                  : fmt::format("{} values did not fit their fields and were left out",
                                stats.conversion_errors));
  }
  add_loads(lines, stats);
  if (!report.state.empty()) {
    lines.add("state",
              fmt::format("{} open in '{}'",
                          stats.open_groups == 1 ? "1 group stays"
                                                 : fmt::format("{} groups stay", stats.open_groups),
                          report.state));
  }
  add_enrichments(lines, report.enrichments);
  add_sources(lines, report.sources);
  if (report.netflow) add_netflow(lines, report);
  if (report.capture) add_capture(lines, *report.capture);
  add_sockets(lines, report);
  if (stats.future_times != 0) {
    lines.add("clock", fmt::format("{} times too far ahead of this machine's were not used",
                                   stats.future_times));
  }
  if (stats.late_events != 0) {
    lines.add("late", fmt::format("{} behind the clock by more than allowed_lateness",
                                  stats.late_events == 1
                                      ? "1 event was"
                                      : fmt::format("{} events were", stats.late_events)));
  }
  const std::uint64_t fed = stats.events_in - report.events_before;
  const std::string of_this_run =
      report.events_before == 0 ? "" : fmt::format(", {} events in this run", fed);
  lines.add("elapsed", fmt::format("{:.3f} s, {:.0f} events/s{}", report.seconds,
                                   rate(fed, report.seconds), of_this_run));
  return out;
}

}  // namespace weir::host
