#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <iterator>
#include <memory>
#include <vector>

#include "commands/commands.h"
#include "commands/diagnostics.h"
#include "file_descriptor.h"
#include "json_text.h"
#include "run/console.h"

namespace weir::host {
namespace {

struct ValidateArguments {
  std::vector<std::string> files;
  std::string format = "text";
  bool deny_warnings = false;
};

std::string as_json(const std::string& file, const Diagnostic& one) {
  return fmt::format(R"({{"file": {}, "severity": {}, "line": {}, "column": {}, "message": {}}})",
                     json_text(file), json_text(one.severity), one.line, one.column,
                     json_text(one.message));
}

Exit validate(const Library& library, const ValidateArguments& arguments) {
  Exit exit = Exit::good;
  std::string text;
  std::string json;
  std::vector<std::string> good_files;
  for (const std::string& file : arguments.files) {
    std::string document;
    try {
      document = read_file(file);
    } catch (const Failure& failure) {  // the other files are still worth a look
      print_error(failure.what());
      exit = failure.exit();
      continue;
    }
    bool good = true;
    for (const Diagnostic& one : diagnose(library, document, directory_of(file))) {
      if (one.severity == "error" || arguments.deny_warnings) good = false;
      text += diagnostic_text(file, document, one);
      json += (json.empty() ? "\n  " : ",\n  ") + as_json(file, one);
    }
    if (!good) exit = Exit::bad_input;
    if (good && arguments.format == "text") good_files.push_back(file);
  }
  print_output(arguments.format == "json" ? "[" + json + (json.empty() ? "]\n" : "\n]\n") : text);
  Console console(ProgressMode::never);
  for (const std::string& file : good_files) console.line(file + ": no errors");
  return exit;
}

}  // namespace

void add_validate(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "validate", "Check rule documents; every error is shown, with its line and column");
  const auto arguments = std::make_shared<ValidateArguments>();
  command->add_option("FILE", arguments->files, "rule documents, YAML or JSON; - is standard input")
      ->required();
  command->add_option("--format", arguments->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_flag("--deny-warnings", arguments->deny_warnings, "exit with 1 for warnings too");
  command->footer("Example:\n  weir validate rules.yaml");
  add_library_option(*command, line);
  command->callback([arguments, &line] {
    line.chosen = [arguments, &line] {
      return validate(open_library(library_path(line)), *arguments);
    };
  });
}

}  // namespace weir::host
