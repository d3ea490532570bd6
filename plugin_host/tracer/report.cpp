#include "tracer/report.h"

#include <fmt/format.h>

#include "json_text.h"

namespace weir::host::tracer {
namespace {

std::uint64_t misses(const SourceCounters& counters) noexcept {
  // Requests to services may be on their way.
  const std::uint64_t known = counters.hits + counters.failures;
  return counters.lookups > known ? counters.lookups - known : 0;
}

std::string source_json(const Source& source) {
  std::string text = "{";
  JsonMembers members(text, "      ");
  members.text("place", source.settings.place);
  members.text("type", name_of(source.settings.type));
  members.text("kind", name_of(source.settings.serves));
  if (source.in_memory()) {
    members.text("category", source.feed().category);
    members.add("indicators", source.feed().index.size());
    members.add("rows_left_out", source.feed().skipped);
  }
  members.add("lookups", source.counters.lookups);
  members.add("hits", source.counters.hits);
  members.add("misses", misses(source.counters));
  members.add("failures", source.counters.failures);
  members.add("reloads", source.counters.reloads);
  members.add("failed_reloads", source.counters.failed_reloads);
  return text + "\n    }";
}

}  // namespace

std::string report_text(const Totals& totals) {
  const Counters& all = totals.counters;
  std::string text = fmt::format(
      "connections  {}, {} refused, {} ended by errors, {} did not read, {} idle\n"
      "requests     {} in {:.1f} s, {} bad lines ({} too long), {} health checks\n"
      "lookups      {}, found something for {} requests\n",
      grouped(all.connections), grouped(all.refused), grouped(all.resets), grouped(all.unread),
      grouped(all.idle), grouped(all.requests), totals.seconds, grouped(all.bad_lines),
      grouped(all.long_lines), grouped(all.pings), grouped(all.lookups), grouped(all.found));
  if (all.cut_answers != 0) {
    text +=
        fmt::format("cut          {} answers were longer than 3 MiB\n", grouped(all.cut_answers));
  }
  for (const Source& source : totals.sources) {
    const SourceCounters& one = source.counters;
    text += fmt::format("source       {}: {} asked, {} hits, {} misses, {} failures\n",
                        source.settings.place, grouped(one.lookups), grouped(one.hits),
                        grouped(misses(one)), grouped(one.failures));
  }
  return text;
}

std::string report_json(const Totals& totals) {
  const Counters& all = totals.counters;
  std::string text = "{";
  JsonMembers members(text, "  ");
  members.raw("seconds", fmt::format("{:.3f}", totals.seconds));
  members.add("connections", all.connections);
  members.add("open_connections", totals.open);
  members.add("refused_connections", all.refused);
  members.add("connection_errors", all.resets);
  members.add("unread_connections", all.unread);
  members.add("idle_connections", all.idle);
  members.add("health_checks", all.pings);
  members.add("requests", all.requests);
  members.add("bad_lines", all.bad_lines);
  members.add("long_lines", all.long_lines);
  members.add("lookups", all.lookups);
  members.add("requests_found", all.found);
  members.add("cut_answers", all.cut_answers);
  std::string sources;
  for (const Source& source : totals.sources) {
    sources += fmt::format("{}\n    {}", sources.empty() ? "" : ",", source_json(source));
  }
  members.raw("sources", fmt::format("[{}\n  ]", sources));
  return text + "\n}\n";
}

}  // namespace weir::host::tracer
