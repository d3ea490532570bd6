#include "run/report.h"

#include <fmt/format.h>

#include <iterator>

#include "json_text.h"

namespace weir::host {
namespace {

using Out = std::back_insert_iterator<std::string>;

double rate(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

// Members `"name": number`, with their commas.
class Members {
 public:
  Members(std::string& out, std::string_view indent) : out_(out), indent_(indent) {}
  template <typename Value>
  void add(std::string_view name, Value value) {
    raw(name, fmt::format("{}", value));
  }
  void text(std::string_view name, std::string_view value) { raw(name, json_text(value)); }
  void raw(std::string_view name, std::string_view json) {
    fmt::format_to(Out(out_), "{}\n{}\"{}\": {}", first_ ? "" : ",", indent_, name, json);
    first_ = false;
  }

 private:
  std::string& out_;
  std::string_view indent_;
  bool first_ = true;
};

std::string stats_json(const weir_stats& stats) {
  std::string out = "{";
  Members members(out, "    ");
  members.add("events_in", stats.events_in);
  members.add("rejected", stats.rejected);
  members.add("filtered", stats.filtered);
  members.add("passed", stats.passed);
  members.add("taken", stats.taken);
  members.add("aggregated", stats.aggregated);
  members.add("closed_count", stats.closed_count);
  members.add("closed_lifetime", stats.closed_lifetime);
  members.add("closed_flush", stats.closed_flush);
  members.add("closed_evicted", stats.closed_evicted);
  members.add("closed_reload", stats.closed_reload);
  members.add("conversion_errors", stats.conversion_errors);
  members.add("sums_skipped", stats.sums_skipped);
  members.add("sums_saturated", stats.sums_saturated);
  members.add("joins_cut", stats.joins_cut);
  members.add("uniques_cut", stats.uniques_cut);
  members.add("filter_callbacks_failed", stats.filter_callbacks_failed);
  members.add("enrich_callbacks_failed", stats.enrich_callbacks_failed);
  members.add("clock_steps_back", stats.clock_steps_back);
  members.add("future_times", stats.future_times);
  members.add("open_groups", stats.open_groups);
  members.add("open_events", stats.open_events);
  members.add("waiting_outputs", stats.waiting_outputs);
  members.add("clock", stats.clock);
  return out + "\n  }";
}

std::string rules_json(const std::vector<weir_rule_stats>& rules) {
  std::string out = "[";
  for (const weir_rule_stats& rule : rules) {
    out += &rule == rules.data() ? "\n    {" : ",\n    {";
    Members members(out, "      ");
    members.text("name", rule.name);
    members.add("taken", rule.taken);
    members.add("out", rule.out);
    members.add("aggregated", rule.aggregated);
    members.add("closed_count", rule.closed_count);
    members.add("closed_lifetime", rule.closed_lifetime);
    members.add("closed_flush", rule.closed_flush);
    members.add("closed_evicted", rule.closed_evicted);
    members.add("closed_reload", rule.closed_reload);
    members.add("open_groups", rule.open_groups);
    members.add("open_events", rule.open_events);
    members.raw("conservation",
                fmt::format(R"({{"equation": "taken {} = out {} + open_events {}", "holds": {}}})",
                            rule.taken, rule.out, rule.open_events,
                            rule.taken == rule.out + rule.open_events));
    out += "\n    }";
  }
  return out + (rules.empty() ? "]" : "\n  ]");
}

std::string sources_json(const std::vector<SourceReport>& sources) {
  std::string out = "[";
  for (const SourceReport& source : sources) {
    out += &source == sources.data() ? "\n    {" : ",\n    {";
    Members members(out, "      ");
    members.text("name", source.name);
    members.text("format", source.format);
    members.add("bytes", source.bytes);
    if (source.socket) {
      members.add("datagrams", source.datagrams);
      members.add("dropped", source.dropped);
    }
    out += "\n    }";
  }
  return out + (sources.empty() ? "]" : "\n  ]");
}

std::string netflow_json(const NetflowStats& stats, std::uint64_t dropped) {
  std::string out = "{";
  Members members(out, "    ");
  members.add("datagrams", stats.datagrams);
  members.add("flows", stats.flows);
  members.add("options_records", stats.options_records);
  members.add("templates", stats.templates);
  members.add("templates_refused", stats.templates_refused);
  members.add("unknown_template_sets", stats.unknown_template_sets);
  members.add("malformed", stats.malformed);
  members.add("unsupported", stats.unsupported);
  members.add("sequence_gaps", stats.sequence_gaps);
  members.add("dropped", dropped);
  return out + "\n  }";
}

std::string capture_json(const CaptureStats& stats) {
  std::string out = "{";
  Members members(out, "    ");
  members.add("packets", stats.packets);
  members.add("netflow", stats.netflow);
  members.add("other_port", stats.other_port);
  members.add("other", stats.other);
  members.add("fragments", stats.fragments);
  members.add("malformed", stats.malformed);
  members.add("truncated", stats.truncated);
  return out + "\n  }";
}

std::string conservation_json(const weir_stats& stats) {
  const bool holds =
      stats.events_in == stats.rejected + stats.filtered + stats.passed + stats.taken;
  return fmt::format(
      "{{\n    \"equation\": \"events_in {} = rejected {} + filtered {} + passed {} + taken "
      "{}\",\n    \"holds\": {}\n  }}",
      stats.events_in, stats.rejected, stats.filtered, stats.passed, stats.taken, holds);
}

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

// Events that could not be read are no part of what the rules reduced.
std::uint64_t events_read(const Report& report) noexcept {
  return report.stats.events_in - report.stats.rejected;
}

std::string reduction_json(const Report& report) {
  if (report.lines_out == 0) return "null";  // without output there is no ratio
  return fmt::format(
      "{:.3f}", static_cast<double>(events_read(report)) / static_cast<double>(report.lines_out));
}

}  // namespace

std::string summary_text(const Report& report) {
  const weir_stats& stats = report.stats;
  std::string out;
  Lines lines(out);
  lines.add("events in",
            fmt::format("{} = {} rejected + {} filtered + {} passed + {} taken", stats.events_in,
                        stats.rejected, stats.filtered, stats.passed, stats.taken));
  if (report.output_failed) {
    lines.add("events out", fmt::format("fewer than the {} made: the output failed",
                                        stats.aggregated + stats.passed));
  } else {
    lines.add("events out", fmt::format("{} = {} aggregated + {} passed", report.lines_out,
                                        stats.aggregated, stats.passed));
    lines.add("reduction", reduction_text(events_read(report), report.lines_out));
  }
  if (report.netflow) add_netflow(lines, report);
  if (report.capture) add_capture(lines, *report.capture);
  if (stats.future_times != 0) {
    lines.add("clock",
              fmt::format("{} times more than an hour ahead of this machine's were not used",
                          stats.future_times));
  }
  lines.add("elapsed", fmt::format("{:.3f} s, {:.0f} events/s", report.seconds,
                                   rate(stats.events_in, report.seconds)));
  return out;
}

std::string report_json(const Report& report) {
  std::string out = "{";
  Members members(out, "  ");
  members.text("version", report.version);
  members.text("clock", report.clock);
  members.add("interrupted", report.interrupted);
  members.raw("failure", report.failure.empty() ? "null" : json_text(report.failure));
  members.raw("elapsed_seconds", fmt::format("{:.6f}", report.seconds));
  members.raw("events_per_second",
              fmt::format("{:.0f}", rate(report.stats.events_in, report.seconds)));
  members.add("events_out", report.lines_out);
  members.raw("reduction", reduction_json(report));
  members.raw("conservation", conservation_json(report.stats));
  members.raw("stats", stats_json(report.stats));
  members.raw("rules", rules_json(report.rules));
  members.raw("sources", sources_json(report.sources));
  if (report.netflow) members.raw("netflow", netflow_json(*report.netflow, report.dropped));
  if (report.capture) members.raw("capture", capture_json(*report.capture));
  return out + "\n}\n";
}

}  // namespace weir::host
