#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "bench/bench.h"
#include "commands/commands.h"
#include "file_descriptor.h"
#include "run/console.h"
#include "run/file_roles.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr double kShort = 0.05;  // seconds; below that a run says little

struct BenchArguments {
  ReadingArguments reading;
  std::string input = "-";
  unsigned repeat = 5;
  bool json = false;
};

RunOptions to_options(const BenchArguments& arguments) {
  RunOptions options;
  options.rules = arguments.reading.rules;
  options.inputs.push_back(parse_input(arguments.input));
  options.output.clear();
  if (is_socket(options.inputs[0].kind)) {
    throw Failure(Exit::usage,
                  fmt::format("input '{}' has no end; name a file, or -", arguments.input));
  }
  if (!arguments.reading.format.empty()) options.format = parse_format(arguments.reading.format);
  check_file_roles(options);
  return options;
}

Exit bench(const Library& library, const BenchArguments& arguments) {
  const RunOptions options = to_options(arguments);
  const BenchSettings settings{options.rules, read_file(options.rules), arguments.reading.workers,
                               arguments.repeat};
  check_rules(library, settings);  // before much is read
  const HeldInput input =
      hold_input(library, options.inputs[0], options.format, arguments.reading.netflow_ports);
  const BenchFigures figures = run_bench(library, settings, input);
  print_output(arguments.json ? bench_json(library, input, figures) : bench_text(input, figures));
  if (figures.seconds.back() < kShort) {
    Console(ProgressMode::never)
        .line(
            "weir: warning: a run is over so soon that its figures mean little; use a larger "
            "input");
  }
  return Exit::good;
}

void add_options(CLI::App& command, BenchArguments& arguments) {
  add_reading_options(command, arguments.reading);
  command.add_option("-i,--input", arguments.input, "a file or -")
      ->type_name("INPUT")
      ->capture_default_str();
  command.add_option("--repeat", arguments.repeat, "runs, 1 to 1000, each with a new engine")
      ->check(CLI::Range(1u, 1000u))
      ->capture_default_str();
  command.add_flag("--json", arguments.json, "print the figures as JSON");
}

}  // namespace

void add_bench(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "bench", "Measure how fast a rule document goes over an input held in memory");
  const auto arguments = std::make_shared<BenchArguments>();
  add_options(*command, *arguments);
  command->footer(
      "Examples:\n"
      "  weir bench -r rules.yaml -i events.ndjson --workers 2\n"
      "  weir bench -r netflow9.yaml -i capture.pcap --repeat 9 --json");
  add_library_option(*command, line);
  command->callback([arguments, &line] {
    line.chosen = [arguments, &line] {
      const Library library = open_library(library_path(line));
      install_signal_handlers();
      return bench(library, *arguments);
    };
  });
}

}  // namespace weir::host
