#include <CLI/CLI.hpp>

#include "commands/commands.h"
#include "commands/diagnostics.h"
#include "output/writer.h"

namespace weir::host {

void print_output(const std::string& text) {
  Writer writer("-");
  writer.open();
  if (!writer.append(text) || !writer.close()) throw Failure(Exit::runtime, writer.error());
}

void add_schema(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "schema",
      "Print the JSON Schema of rule documents, for editors that complete and check them");
  command->footer("Example:\n  weir schema > weir.schema.json");
  add_library_option(*command, line);
  command->callback([&line] {
    line.chosen = [&line] {
      std::string text = describe(open_library(library_path(line)), "schema", {});
      if (text.empty() || text.back() != '\n') text += '\n';
      print_output(text);
      return Exit::good;
    };
  });
}

}  // namespace weir::host
