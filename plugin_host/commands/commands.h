// The commands of `weir`. Each adds itself to the command line, and says what to do when it was
// chosen: `chosen` is set to a function that does the work and returns the exit code.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "failure.h"

namespace weir::host {

struct CommandLine {
  std::string library;        // --library before the command, or WEIR_LIBRARY
  std::string library_after;  // --library behind the command, which wins
  bool version = false;
  std::function<Exit()> chosen;  // empty: no command was given
};

void add_run(CLI::App& app, CommandLine& line);
void add_bench(CLI::App& app, CommandLine& line);
void add_explain(CLI::App& app, CommandLine& line);
void add_validate(CLI::App& app, CommandLine& line);
void add_test(CLI::App& app, CommandLine& line);
void add_fields(CLI::App& app, CommandLine& line);
void add_schema(CLI::App& app, CommandLine& line);
void add_presets(CLI::App& app, CommandLine& line);
void add_import(CLI::App& app, CommandLine& line);
void add_tracer(CLI::App& app, CommandLine& line);
void add_lookup(CLI::App& app, CommandLine& line);

// What is read, and by how many: `--rules`, `--format`, `--netflow-port`, `--workers`.
struct ReadingArguments {
  std::string rules;
  std::string format;
  std::vector<std::uint16_t> netflow_ports = {2055, 4739, 9995, 9996};
  unsigned workers = 1;
};
void add_reading_options(CLI::App& command, ReadingArguments& arguments);

// `--library`, behind the name of the command.
void add_library_option(CLI::App& command, CommandLine& line);

const std::string& library_path(const CommandLine& line) noexcept;

// To standard output, whole. Throws Failure(runtime).
void print_output(const std::string& text);

}  // namespace weir::host
