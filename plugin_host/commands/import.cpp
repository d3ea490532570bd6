#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "commands/commands.h"
#include "commands/diagnostics.h"
#include "file_descriptor.h"
#include "run/console.h"

namespace weir::host {
namespace {

struct ImportArguments {
  std::string file;
  bool expression = false;
};

// One expression alone is what a shell or another program wants; several are told apart.
std::string as_text(const std::vector<NamedExpression>& expressions) {
  std::string out;
  for (const NamedExpression& one : expressions) {
    if (expressions.size() > 1) {
      if (!out.empty()) out += '\n';
      out += "# " + one.name + '\n';
    }
    out += one.expression + '\n';
  }
  return out;
}

Exit import_file(const Library& library, const ImportArguments& arguments) {
  const std::string input = read_file(arguments.file);
  const Imported imported =
      arguments.expression ? import_expressions(library, input) : import_document(library, input);
  print_output(arguments.expression ? as_text(imported.expressions) : imported.document);
  Exit exit = Exit::good;
  Console console(ProgressMode::never);
  for (const Diagnostic& one : imported.diagnostics) {
    if (one.severity == "error") exit = Exit::bad_input;
    console.line(fmt::format("{}:{}:{}: {}: {}", arguments.file, one.line, one.column, one.severity,
                             one.message));
  }
  return exit;
}

}  // namespace

void add_import(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "import",
      "Turn filters, aggregation and enrichment rules that KUMA exported into a rule document");
  const auto arguments = std::make_shared<ImportArguments>();
  command
      ->add_option("FILE", arguments->file,
                   "JSON of KUMA: filters, aggregation rules, enrichment rules; one, a list of "
                   "them or one a "
                   "line; - is standard input")
      ->required();
  command->add_flag("--expression", arguments->expression,
                    "Print each filter as an expression, with the saved filters in it written out");
  command->footer(
      "The document goes to standard output, what is worth a look to standard error; what cannot "
      "be imported is left out, and the exit code is 1.\nExample:\n"
      "  weir import filters.json > rules.yaml");
  add_library_option(*command, line);
  command->callback([arguments, &line] {
    line.chosen = [arguments, &line] {
      return import_file(open_library(library_path(line)), *arguments);
    };
  });
}

}  // namespace weir::host
