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

void add_library_option(CLI::App& command, CommandLine& line) {
  command.add_option("--library", line.library_after, "libweir to load")->type_name("FILE");
}

void add_workers_option(CLI::App& command, unsigned& workers) {
  constexpr unsigned most = 256;  // more machines have not
  command
      .add_option("--workers", workers,
                  "threads that read NDJSON, 1 to 256; the output does not depend on it. NetFlow "
                  "is read by one")
      ->check(CLI::Range(1u, most))
      ->capture_default_str();
}

const std::string& library_path(const CommandLine& line) noexcept {
  return line.library_after.empty() ? line.library : line.library_after;
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
