#include "run/run_metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <string_view>
#include <utility>

#include "json_text.h"

namespace weir::host {
namespace {

// Each is a series of each family: files followed by a pattern may be very many. The others are
// counted together.
constexpr std::size_t kSources = 1000;
constexpr std::string_view kOthers = "(others)";

struct SourceFamily {
  const char* name;
  const char* type;
  const char* help;
  bool (*has)(const SourceReport&);
  std::uint64_t (*value)(const SourceReport&);
};

bool any(const SourceReport& /*source*/) { return true; }
bool datagrams(const SourceReport& source) { return source.socket; }
bool connections(const SourceReport& source) { return source.connections.has_value(); }
// Of a datagram of NetFlow it is not known how many events it made.
bool counts_events(const SourceReport& source) { return !source.socket; }

constexpr SourceFamily kFamilies[] = {
    {"weir_source_bytes_total", "counter", "Bytes of the input, as they are in the file.", any,
     [](const SourceReport& source) { return source.bytes; }},
    {"weir_source_events_total", "counter", "Events of the input, rejected ones included.",
     counts_events,
     [](const SourceReport& source) {
       return source.connections ? source.connections->events : source.counts.events;
     }},
    {"weir_source_rejected_events_total", "counter", "Events of the input that were rejected.", any,
     [](const SourceReport& source) {
       return source.connections ? source.connections->rejected
              : source.socket    ? source.datagrams_rejected
                                 : source.counts.rejected;
     }},
    {"weir_source_datagrams_total", "counter", "Datagrams that the input received.", datagrams,
     [](const SourceReport& source) { return source.datagrams; }},
    {"weir_source_dropped_datagrams_total", "counter",
     "Datagrams that the system dropped because the input was not fast enough.", datagrams,
     [](const SourceReport& source) { return source.dropped; }},
    {"weir_source_connections_total", "counter", "Connections that the input accepted.",
     connections, [](const SourceReport& source) { return source.connections->accepted; }},
    {"weir_source_refused_connections_total", "counter", "Connections that were too many.",
     connections, [](const SourceReport& source) { return source.connections->refused; }},
    {"weir_source_open_connections", "gauge", "Connections of the input that are open.",
     connections, [](const SourceReport& source) { return source.connections->open; }},
};

void head(std::string& out, const char* name, const char* type, const char* help) {
  out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

template <class Number>
void add_one(std::string& out, const char* name, const char* type, const char* help, Number value) {
  head(out, name, type, help);
  out += fmt::format("{} {}\n", name, value);
}

// Sources of one name, as a file that is named twice, are one series.
void add_sources(std::string& out, const SourceFamily& family,
                 const std::vector<SourceReport>& sources) {
  std::vector<std::pair<std::string, std::uint64_t>> series;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (!family.has(sources[i])) continue;
    const std::string label =
        label_text(i < kSources ? std::string_view(sources[i].name) : kOthers);
    const auto [place, fresh] = places.emplace(label, series.size());
    if (fresh) series.emplace_back(label, 0);
    series[place->second].second += family.value(sources[i]);
  }
  if (series.empty()) return;
  head(out, family.name, family.type, family.help);
  for (const auto& [label, value] : series) {
    out += fmt::format("{}{{source={}}} {}\n", family.name, label, value);
  }
}

void add_checkpoints(std::string& out, const CheckpointCounts& counts) {
  head(out, "weir_checkpoints_total", "counter", "Times that the state was to be written.");
  out += fmt::format("weir_checkpoints_total{{result=\"written\"}} {}\n", counts.written);
  out += fmt::format("weir_checkpoints_total{{result=\"failed\"}} {}\n", counts.failed);
  add_one(out, "weir_checkpoint_timestamp_seconds", "gauge",
          "When the state was last written, or else the run began, since 1970.",
          static_cast<double>(counts.last) * 1e-9);
}

// Of the process; 0 if the system does not say.
std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

std::string label_text(std::string_view value) {
  std::string out = "\"";
  while (!value.empty()) {
    const std::size_t size = utf8_size(value);
    if (size == 0) {
      out += "\xef\xbf\xbd";
    } else if (value[0] == '\n') {
      out += "\\n";
    } else {
      if (value[0] == '"' || value[0] == '\\') out += '\\';
      out.append(value.substr(0, size));
    }
    value.remove_prefix(size == 0 ? 1 : size);
  }
  return out + '"';
}

void RunMetrics::publish(RunPicture state) {
  const std::lock_guard lock(mutex_);
  std::swap(state_, state);
}

std::string RunMetrics::trouble() const {
  const std::lock_guard lock(mutex_);
  return state_.trouble;
}

std::string RunMetrics::text() const {
  std::string out;
  add_one(out, "weir_up", "gauge", "1 while the run is healthy.", trouble().empty() ? 1 : 0);
  {
    const std::lock_guard lock(mutex_);
    add_one(out, "weir_lines_out_total", "counter", "Events handed to the output.",
            state_.lines_out);
    for (const SourceFamily& family : kFamilies) add_sources(out, family, state_.sources);
    if (state_.checkpoints) add_checkpoints(out, *state_.checkpoints);
  }
  add_one(out, "process_resident_memory_bytes", "gauge", "Resident memory of the process.",
          resident_bytes());
  add_one(out, "process_start_time_seconds", "gauge", "When the process started, since 1970.",
          static_cast<double>(started_) * 1e-9);
  return out;
}

}  // namespace weir::host
