#include "run/report.h"

#include <fmt/format.h>

#include "json_text.h"

namespace weir::host {
namespace {

std::string stats_json(const weir_stats& stats) {
  std::string out = "{";
  JsonMembers members(out, "    ");
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
  members.add("late_events", stats.late_events);
  members.add("open_groups", stats.open_groups);
  members.add("open_events", stats.open_events);
  members.add("waiting_outputs", stats.waiting_outputs);
  members.add("clock", stats.clock);
  members.add("refused", stats.refused);
  members.add("lone", stats.lone);
  members.add("open_bytes", stats.open_bytes);
  members.add("held_events", stats.held_events);
  members.add("loads", stats.loads);
  members.add("loads_refused", stats.loads_refused);
  members.add("rules_kept", stats.rules_kept);
  members.add("rules_changed", stats.rules_changed);
  members.add("rules_added", stats.rules_added);
  members.add("rules_removed", stats.rules_removed);
  return out + "\n  }";
}

std::string rules_json(const std::vector<weir_rule_stats>& rules) {
  std::string out = "[";
  for (const weir_rule_stats& rule : rules) {
    out += &rule == rules.data() ? "\n    {" : ",\n    {";
    JsonMembers members(out, "      ");
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
    members.add("refused", rule.refused);
    members.add("lone", rule.lone);
    members.add("late_events", rule.late_events);
    members.add("open_bytes", rule.open_bytes);
    members.raw(
        "conservation",
        fmt::format(
            R"({{"equation": "taken {} = out {} + lone {} + open_events {}", "holds": {}}})",
            rule.taken, rule.out, rule.lone, rule.open_events,
            rule.taken == rule.out + rule.lone + rule.open_events));
    out += "\n    }";
  }
  return out + (rules.empty() ? "]" : "\n  ]");
}

// Of those that ask over the network also how that went.
std::string enrichments_json(const std::vector<weir_enrichment_stats>& rules) {
  std::string out = "[";
  for (const weir_enrichment_stats& rule : rules) {
    out += &rule == rules.data() ? "\n    {" : ",\n    {";
    JsonMembers members(out, "      ");
    members.text("name", rule.name);
    members.text("type", rule.type);
    members.add("applied", rule.applied);
    members.add("skipped", rule.skipped);
    members.add("missed", rule.missed);
    members.add("errors", rule.errors);
    members.add("cut", rule.cut);
    if (rule.room != 0 || rule.held != 0) {
      members.add("dropped_pairs", rule.dropped_pairs);
      members.add("ok", rule.ok);
      members.add("ok_eof", rule.ok_eof);
      members.add("eof_early", rule.eof_early);
      members.add("timeout", rule.timeout);
      members.add("connect_failed", rule.connect_failed);
      members.add("protocol_error", rule.protocol_error);
      members.add("queue_full", rule.queue_full);
      members.add("cancelled", rule.cancelled);
      members.add("retries", rule.retries);
      members.add("cache_hits", rule.cache_hits);
      members.add("held", rule.held);
    }
    out += "\n    }";
  }
  return out + (rules.empty() ? "]" : "\n  ]");
}

std::string connections_json(const StreamCounts& counts) {
  return fmt::format(
      R"({{"accepted": {}, "open": {}, "refused": {}, "events": {}, "rejected": {}}})",
      counts.accepted, counts.open, counts.refused, counts.events, counts.rejected);
}

std::string output_json(const OutputCounts& counts) {
  return fmt::format(R"({{"name": {}, "connections": {}, "lines": {}, "undelivered": {}}})",
                     json_text(counts.name), counts.connections, counts.lines, counts.undelivered);
}

std::string sources_json(const std::vector<SourceReport>& sources) {
  std::string out = "[";
  for (const SourceReport& source : sources) {
    out += &source == sources.data() ? "\n    {" : ",\n    {";
    JsonMembers members(out, "      ");
    members.text("name", source.name);
    members.text("format", source.format);
    members.add("bytes", source.bytes);
    if (source.socket) {
      members.add("datagrams", source.datagrams);
      members.add("dropped", source.dropped);
      members.add("rejected", source.datagrams_rejected);
    } else if (!source.connections) {
      members.add("events", source.counts.events);
      members.add("rejected", source.counts.rejected);
    }
    if (source.connections) members.raw("connections", connections_json(*source.connections));
    out += "\n    }";
  }
  return out + (sources.empty() ? "]" : "\n  ]");
}

std::string netflow_json(const NetflowStats& stats, std::uint64_t dropped) {
  std::string out = "{";
  JsonMembers members(out, "    ");
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
  JsonMembers members(out, "    ");
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

}  // namespace

std::string report_json(const Report& report) {
  std::string out = "{";
  JsonMembers members(out, "  ");
  members.text("version", report.version);
  members.text("clock", report.clock);
  members.add("interrupted", report.interrupted);
  members.add("restored", report.restored);
  members.raw("failure", report.failure.empty() ? "null" : json_text(report.failure));
  members.raw("elapsed_seconds", fmt::format("{:.6f}", report.seconds));
  members.raw(
      "events_per_second",
      fmt::format("{:.0f}", rate(report.stats.events_in - report.events_before, report.seconds)));
  members.add("events_out", report.lines_out);
  members.raw("reduction", reduction_json(events_read(report.stats), report.lines_out));
  members.raw("conservation", conservation_json(report.stats));
  members.raw("stats", stats_json(report.stats));
  members.raw("rules", rules_json(report.rules));
  members.raw("enrichments", enrichments_json(report.enrichments));
  members.raw("sources", sources_json(report.sources));
  if (report.output) members.raw("output", output_json(*report.output));
  if (report.netflow) members.raw("netflow", netflow_json(*report.netflow, report.dropped));
  if (report.capture) members.raw("capture", capture_json(*report.capture));
  return out + "\n}\n";
}

}  // namespace weir::host
