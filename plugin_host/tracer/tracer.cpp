#include "tracer/tracer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <system_error>

#include "failure.h"
#include "output/whole_file.h"
#include "tracer/answers.h"
#include "tracer/reload.h"
#include "tracer/report.h"
#include "tracer/server.h"

namespace weir::host::tracer {
namespace {

constexpr std::uint64_t kStatsPeriod = 10'000;  // ms

// In the order in which they depend on each other: the last goes first.
struct Program {
  explicit Program(const Settings& all)
      : settings(all),
        journal(all.quiet, all.debug),
        client(needs_http(all) ? std::make_unique<HttpClient>(loop.get()) : nullptr) {}

  static bool needs_http(const Settings& all) {
    return std::any_of(all.sources.begin(), all.sources.end(),
                       [](const auto& one) { return one.type == SourceType::http; });
  }

  Settings settings;
  Journal journal;
  Counters counters;
  Loop loop;
  std::unique_ptr<HttpClient> client;
  std::vector<Source> sources;
  Answers answers{sources, settings.limits.source_time, counters, journal};
  std::optional<Reload> reload;
  std::optional<Server> server;
  std::vector<Handle<uv_signal_t>> signals;
  Handle<uv_timer_t> stats_timer{make_timer(loop.get(), this)};
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  bool stopping = false;

  Totals totals() const {
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    return {counters, sources, time.count(), server ? server->open_connections() : 0};
  }
  bool writes_stats_file() const { return !settings.stats.empty() && settings.stats != "-"; }
};

void open_sources(Program& program) {
  for (const SourceSettings& one : program.settings.sources) {
    Source& source = program.sources.emplace_back();
    source.settings = one;
    source.data = open_source(one, program.settings.limits, program.client.get());
    program.journal.news("loaded " + description(source));
    const std::string wrong = shortcomings(source);
    if (!wrong.empty()) program.journal.warning(wrong);
  }
}

void on_signal(uv_signal_t* handle, int number) {
  auto& program = *static_cast<Program*>(handle->data);
  if (number == SIGHUP) {
    program.reload->all();
    return;
  }
  if (program.stopping) ::_exit(static_cast<int>(Exit::interrupted));
  program.stopping = true;
  uv_stop(handle->loop);
}

void catch_signals(Program& program) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    auto handle = std::make_unique<uv_signal_t>();
    uv_signal_init(program.loop.get(), handle.get());
    handle->data = &program;
    program.signals.emplace_back(handle.release());
    uv_signal_start(program.signals.back().get(), on_signal, number);
  }
}

void start_stats(Program& program) {
  if (!program.writes_stats_file()) return;
  probe_whole(program.settings.stats);
  uv_timer_start(
      program.stats_timer.get(),
      [](uv_timer_t* timer) {
        const auto& self = *static_cast<Program*>(timer->data);
        try {
          write_whole(self.settings.stats, report_json(self.totals()));
        } catch (const std::exception& error) {
          self.journal.warning(error.what());
        }
      },
      kStatsPeriod, kStatsPeriod);
}

void report(const Program& program) {
  const Totals totals = program.totals();
  if (program.writes_stats_file()) {
    write_whole(program.settings.stats, report_json(totals));
  } else if (program.settings.stats == "-") {
    const std::string json = report_json(totals);
    if (std::fwrite(json.data(), 1, json.size(), stdout) != json.size() || std::fflush(stdout) != 0)
      throw Failure(Exit::runtime, fmt::format("cannot write to standard output: {}",
                                               std::generic_category().message(errno)));
  }
  if (program.settings.quiet) return;
  const std::string text = report_text(totals);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

Exit run_tracer(const Settings& settings) {
  Program program(settings);
  const std::size_t room = make_room(settings.limits.connections);
  if (room < settings.limits.connections) {
    program.journal.warning(fmt::format(
        "the system lets this process open {} connections, not {}; raise its limit of open files "
        "(ulimit -n, LimitNOFILE)",
        room, settings.limits.connections));
    program.settings.limits.connections = room;
  }
  open_sources(program);
  program.reload.emplace(program.loop.get(), program.sources, program.settings.limits,
                         program.journal);
  start_stats(program);
  program.server.emplace(program.loop.get(), program.settings, program.answers, program.counters,
                         program.journal);
  catch_signals(program);
  for (const std::string& address : program.server->addresses()) {
    program.journal.news("listening on " + address);
  }
  uv_run(program.loop.get(), UV_RUN_DEFAULT);
  report(program);
  return Exit::good;
}

}  // namespace weir::host::tracer
