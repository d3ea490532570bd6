#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cstdlib>
#include <memory>

#include "bench/held_input.h"
#include "commands/commands.h"
#include "explain/event_text.h"
#include "explain/explanation.h"
#include "explain/time_argument.h"
#include "file_descriptor.h"
#include "run/engine.h"
#include "run/intake.h"
#include "run/stop.h"

namespace weir::host {
namespace {

struct ExplainArguments {
  ReadingArguments reading;
  std::string event;
  std::string after;
  std::string now;
  std::string color = "auto";
  bool json = false;
};

// The engine, and where its outputs go: nowhere.
struct Asked {
  explicit Asked(const Library& library, const std::string& rules)
      : engine(library, {rules, read_file(rules), "explain", true, false}, clock, output, rejects,
               console) {}

  Clock clock;
  Console console{ProgressMode::never};
  Output output{""};
  Rejects rejects{"", [](const std::string&) {}};
  Engine engine;
};

// What comes before the event.
void feed(const Library& library, Asked& asked, const HeldInput& input) {
  asked.engine.note_arrival(input.arrived);
  if (is_lines(input.format)) {
    Intake intake(asked.engine, presets_of(library, input.format), input.name, input.format);
    intake.feed(input.lines, true, input.arrived);
  } else {
    asked.engine.feed(input.flows.events());
  }
  const EventCounts counts = asked.engine.counts();
  if (counts.rejected == 0) return;
  asked.console.line(fmt::format("weir: warning: {} of {} events of '{}' could not be read",
                                 counts.rejected, counts.events, input.name));
}

bool wants_colors(const std::string& option) {
  if (option != "auto") return option == "always";
  const char* const refused = std::getenv("NO_COLOR");  // https://no-color.org
  const char* const terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

void check_standard_input(const ExplainArguments& arguments) {
  const int uses =
      (arguments.reading.rules == "-") + (arguments.event == "-") + (arguments.after == "-");
  if (uses > 1)
    throw Failure(Exit::usage,
                  "'-' stands for two of --rules, --after and EVENT; name files for the others");
}

std::string event_text(const std::string& argument) {
  if (argument == "-") return read_file(argument);
  if (argument.starts_with('@')) return read_file(argument.substr(1));
  if (::access(argument.c_str(), F_OK) == 0)
    throw Failure(Exit::usage,
                  fmt::format("'{0}' is a file; write @{0} for what it holds", argument));
  return argument;
}

Exit explain(const Library& library, const ExplainArguments& arguments) {
  check_standard_input(arguments);
  std::optional<Format> format;
  if (!arguments.reading.format.empty()) format = parse_format(arguments.reading.format);
  const std::int64_t now = arguments.now.empty() ? 0 : parse_time(arguments.now);
  Asked asked(library, arguments.reading.rules);
  EventText event(library, event_text(arguments.event), format, asked.clock.now());
  if (!arguments.after.empty()) {
    InputName name;
    name.text = arguments.after;
    feed(library, asked, hold_input(library, name, format, arguments.reading.netflow_ports));
  }
  if (now != 0) asked.engine.move_to(now);
  weir_question question = event.question();
  question.now = now;
  const std::string answer = asked.engine.explain(question);
  const Explanation shown = show_explanation(answer, wants_colors(arguments.color));
  print_output(arguments.json ? answer + "\n" : shown.text);
  return shown.rejected ? Exit::bad_input : Exit::good;
}

void add_options(CLI::App& command, ExplainArguments& arguments) {
  command.add_option("-r,--rules", arguments.reading.rules, "the rule document, YAML or JSON")
      ->required()
      ->type_name("FILE");
  command
      .add_option("EVENT", arguments.event,
                  "one event: text, @FILE for what a file holds, - for standard input")
      ->required();
  command.add_option("--format", arguments.reading.format,
                     "of EVENT and --after: ndjson, cef, leef, syslog, zeek, zeek-json or suricata "
                     "(default: by content)");
  command
      .add_option("--after", arguments.after,
                  "feed this file of events first, so that there are buckets")
      ->type_name("FILE");
  command
      .add_option("--now", arguments.now,
                  "the time to which the clock is moved before EVENT comes: RFC 3339, or "
                  "milliseconds since 1970 (default: times of events alone move it)")
      ->type_name("TIME");
  command.add_flag("--json", arguments.json, "print the library's JSON");
  command.add_option("--color", arguments.color, "auto (on a terminal), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
}

}  // namespace

void add_explain(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "explain", "Show what would happen to an event, and which conditions decided");
  const auto arguments = std::make_shared<ExplainArguments>();
  add_options(*command, *arguments);
  command->footer(
      "Examples:\n"
      "  weir explain -r rules.yaml '{\"SourceAddress\": \"10.0.0.1\", \"DestinationPort\": 53}'\n"
      "  weir explain -r rules.yaml @event.json --after events.ndjson\n"
      "  tail -n 1 conn.log.json | weir explain -r rules.yaml - --json");
  add_library_option(*command, line);
  command->callback([arguments, &line] {
    line.chosen = [arguments, &line] {
      const Library library = open_library(library_path(line));
      install_signal_handlers();
      return explain(library, *arguments);
    };
  });
}

}  // namespace weir::host
