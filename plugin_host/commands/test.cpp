#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "commands/commands.h"
#include "commands/diagnostics.h"
#include "file_descriptor.h"
#include "run/console.h"
#include "test/report.h"
#include "test/runner.h"
#include "test/test_case.h"

namespace weir::host {
namespace {

struct Tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
  Exit exit = Exit::good;

  void worsen(Exit by) { exit = std::max(exit, by); }
};

// On a terminal, unless its user or its kind say otherwise (https://no-color.org).
bool wants_colour() noexcept {
  const char* const refused = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

// Whether the document has no errors; those that it has are shown.
bool check(const Library& library, const std::string& path, const std::string& document) {
  std::string errors;
  for (const Diagnostic& one : diagnose(library, document, directory_of(path))) {
    if (one.severity == "error") errors += diagnostic_text(path, document, one);
  }
  if (errors.empty()) return true;
  errors.pop_back();  // the console ends lines itself
  Console(ProgressMode::never).line(errors);
  return false;
}

void run_file(const Library& library, const std::string& path, bool colour, Tally& tally) {
  const std::string document = read_file(path);
  if (!check(library, path, document)) return tally.worsen(Exit::bad_input);
  const std::vector<TestCase> tests = read_tests(library, document, directory_of(path));
  if (tests.empty()) Console(ProgressMode::never).line(path + ": no tests");
  for (const TestCase& test : tests) {
    const auto mismatch = run_test(library, path, document, test);
    if (!mismatch) {
      ++tally.passed;
      print_output(fmt::format("{} {}:{}: {}\n", colour ? "\x1b[32mpass\x1b[0m" : "pass", path,
                               test.line, test.name));
    } else {
      ++tally.failed;
      tally.worsen(Exit::bad_input);
      print_output(failure_text(path, test, *mismatch, colour));
    }
  }
}

Exit test(const Library& library, const std::vector<std::string>& files) {
  const bool colour = wants_colour();
  Tally tally;
  for (const std::string& file : files) {
    try {
      run_file(library, file, colour, tally);
    } catch (const Failure& failure) {             // the other files are still worth a look
      if (failure.exit() == Exit::runtime) throw;  // an output that is full stays so
      print_error(failure.what());
      tally.worsen(failure.exit());
    }
  }
  print_output(fmt::format("{} passed, {} failed\n", tally.passed, tally.failed));
  return tally.exit;
}

}  // namespace

void add_test(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "test", "Run the tests inside rule documents: events in, outputs expected");
  const auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *files, "rule documents, YAML or JSON; - is standard input")
      ->required();
  command->footer("Example:\n  weir test rules.yaml");
  add_library_option(*command, line);
  command->callback([files, &line] {
    line.chosen = [files, &line] { return test(open_library(library_path(line)), *files); };
  });
}

}  // namespace weir::host
