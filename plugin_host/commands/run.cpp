#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <array>
#include <charconv>
#include <memory>
#include <string_view>
#include <utility>

#include "commands/commands.h"
#include "run/file_roles.h"
#include "run/inputs.h"
#include "run/metrics_server.h"
#include "run/session.h"
#include "run/stop.h"

namespace weir::host {
namespace {

// As the command line has them.
struct RunArguments {
  ReadingArguments reading;
  std::vector<std::string> inputs;
  std::string output = "-";
  std::size_t output_buffer = kOutputBuffer;
  std::string clock;
  std::string stats;
  std::string rejects;
  std::string progress = "auto";
  std::string instance;
  std::string state;
  std::string checkpoint = "5s";
  std::string metrics;
  bool watch = false;
  bool follow = false;
  bool strict = false;
};

std::string host_name() {
  char name[256] = "";
  return ::gethostname(name, sizeof name - 1) == 0 && name[0] != '\0' ? name : "weir";
}

// Standard output is the events'.
void refuse_stream(std::string_view option, const std::string& path) {
  if (path != "-") return;
  throw Failure(Exit::usage,
                fmt::format("{} needs a file, not '-'; /dev/stderr is standard error", option));
}

// A variable of a script that is not set must not do away with an output or a state.
CLI::Validator not_empty() {
  return {[](const std::string& value) {
            return value.empty() ? std::string("an empty value; write one, or leave it out")
                                 : std::string();
          },
          ""};
}

// What a socket cannot carry.
void check_format(const InputName& input, std::optional<Format> format) {
  if (!is_socket(input.kind) || !format) return;
  const bool datagrams = !is_listener(input.kind);
  if (is_lines(*format) || (datagrams && *format == Format::netflow)) return;
  throw Failure(Exit::usage,
                fmt::format("input '{}' carries {}; leave --format {} out", input.text,
                            datagrams ? "datagrams, of NetFlow or text" : "lines of text",
                            format_name(*format)));
}

// As in rules: 500ms, 5s, 1m, 1h.
std::int64_t parse_checkpoint(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> units = {
      {{"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}}};
  std::uint32_t count = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result number = std::from_chars(text.data(), end, count);
  for (const auto& [name, nanoseconds] : units) {
    if (number.ec != std::errc{} || count == 0 || std::string_view(number.ptr, end) != name)
      continue;
    const std::int64_t duration = count * nanoseconds;
    if (duration <= 24 * units.back().second) return duration;
  }
  throw Failure(Exit::usage, fmt::format("'{}' is no time between checkpoints; write 500ms, 5s or "
                                         "1m, 24h at most",
                                         text));
}

RunOptions to_options(const RunArguments& arguments) {
  RunOptions options;
  options.rules = arguments.reading.rules;
  set_inputs(options, arguments.inputs, arguments.follow);
  if (!arguments.reading.format.empty()) options.format = parse_format(arguments.reading.format);
  if (arguments.follow && options.format && !is_lines(*options.format)) {
    throw Failure(Exit::usage, fmt::format("--follow reads lines; leave --format {} out",
                                           format_name(*options.format)));
  }
  for (const InputName& input : options.inputs) check_format(input, options.format);
  check_output_name(arguments.output);
  options.output_buffer = arguments.output_buffer;
  refuse_stream("--rejects", arguments.rejects);
  refuse_stream("--stats", arguments.stats);
  options.output = arguments.output;
  if (!arguments.clock.empty()) options.event_clock = arguments.clock == "event";
  options.stats = arguments.stats;
  options.rejects = arguments.rejects;
  options.progress = arguments.progress == "always"  ? ProgressMode::always
                     : arguments.progress == "never" ? ProgressMode::never
                                                     : ProgressMode::automatic;
  options.instance = arguments.instance.empty() ? host_name() : arguments.instance;
  options.netflow_ports = arguments.reading.netflow_ports;
  options.workers = arguments.reading.workers;
  options.strict = arguments.strict;
  if (!arguments.metrics.empty()) check_metrics_address(arguments.metrics);
  options.metrics = arguments.metrics;
  options.watch = arguments.watch;
  if (options.watch && options.rules == "-") {
    throw Failure(Exit::usage,
                  "--watch needs a file of rules, not standard input; name it with -r");
  }
  options.state = arguments.state;
  options.checkpoint = parse_checkpoint(arguments.checkpoint);
  return options;
}

void add_options(CLI::App& command, RunArguments& arguments) {
  add_reading_options(command, arguments.reading);
  command
      .add_option("-i,--input", arguments.inputs,
                  "a file, a pattern such as 'logs/*.log', -, udp://HOST:PORT, tcp://HOST:PORT, "
                  "unix:///PATH or unixgram:///PATH; may be repeated (default: -)")
      ->type_name("INPUT")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_flag("--follow", arguments.follow,
                   "read files as they grow, also when they are rotated, until a signal");
  command.add_option("-o,--output", arguments.output, "a file, - or tcp://HOST:PORT")
      ->check(not_empty())
      ->capture_default_str();
  command
      .add_option("--output-buffer", arguments.output_buffer,
                  "of a TCP output: how much may wait for the peer, 64KiB to 4GiB (default: 8MiB)")
      ->type_name("SIZE")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Range(std::size_t{64} << 10, std::size_t{4} << 30));
  command
      .add_option(
          "--clock", arguments.clock,
          "event or arrival (default: event for files, arrival for live inputs and --follow)")
      ->check(CLI::IsMember({"event", "arrival"}));
  command.add_option("--stats", arguments.stats, "write the counters as JSON to this file")
      ->check(not_empty());
  command
      .add_option("--rejects", arguments.rejects,
                  "write lines that could not be read to this file, as NDJSON")
      ->check(not_empty());
  command.add_option("--progress", arguments.progress, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command.add_option("--instance", arguments.instance,
                     "tells the event IDs of this engine from another's (default: the host name)");
  command
      .add_option("--metrics", arguments.metrics,
                  "serve metrics for Prometheus and /health over HTTP at this address, such as "
                  "127.0.0.1:9464")
      ->type_name("HOST:PORT")
      ->check(not_empty());
  command.add_flag("--watch", arguments.watch,
                   "load the rules again when their file changes, or one that they name; SIGHUP "
                   "does so in any case");
  CLI::Option* state =
      command
          .add_option(
              "--state", arguments.state,
              "a folder to remember in where the run stands, so that the same command goes on "
              "there after a signal or a crash; made if it is not there")
          ->type_name("DIR")
          ->check(not_empty());
  command
      .add_option("--checkpoint", arguments.checkpoint,
                  "how often the state is written, 1ms to 24h")
      ->type_name("TIME")
      ->needs(state)
      ->capture_default_str();
  command.add_flag("--strict", arguments.strict, "exit with 1 if a line was rejected");
}

}  // namespace

void add_run(CLI::App& app, CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("run", "Read events, apply the rules, write what comes out");
  const auto arguments = std::make_shared<RunArguments>();
  add_options(*command, *arguments);
  command->footer(
      "Examples:\n"
      "  weir run -r rules.yaml -i events.ndjson -o out.ndjson --stats stats.json\n"
      "  weir run -r rules.yaml -i events.ndjson -o out.ndjson --workers 4\n"
      "  weir run -r rules.yaml -i 'logs/*.log.gz' -o out.ndjson\n"
      "  weir run -r rules.yaml -i logs/conn.log --follow\n"
      "  weir run -r rules.yaml -i events.ndjson -o out.ndjson --state /var/lib/weir\n"
      "  weir run -r netflow9.yaml -i capture.pcap\n"
      "  weir run -r netflow9.yaml -i udp://0.0.0.0:2055\n"
      "  weir run -r rules.yaml -i tcp://0.0.0.0:5514 -o tcp://siem.example:5515");
  add_library_option(*command, line);
  command->callback([arguments, &line] {
    line.chosen = [arguments, &line] {
      const RunOptions options = to_options(*arguments);
      check_file_roles(options);
      const Library library = open_library(library_path(line));
      install_signal_handlers(Hangup::reload);
      return Session(library, options).run();
    };
  });
}

}  // namespace weir::host
