// The commands of `weir`. Each adds itself to the command line, and says what to do when it was
// chosen: `chosen` is set to a function that does the work and returns the exit code.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "failure.h"

namespace weir::host {

struct CommandLine {
  std::string library;        // --library before the command, or WEIR_LIBRARY
  std::string library_after;  // --library behind the command, which wins
  bool version = false;
  std::function<Exit()> chosen;  // empty: no command was given
};

void add_run(CLI::App& app, CommandLine& line);
void add_validate(CLI::App& app, CommandLine& line);
void add_fields(CLI::App& app, CommandLine& line);
void add_schema(CLI::App& app, CommandLine& line);

// `--library`, behind the name of the command.
void add_library_option(CLI::App& command, CommandLine& line);

// `--workers`, 1 to 256.
void add_workers_option(CLI::App& command, unsigned& workers);

const std::string& library_path(const CommandLine& line) noexcept;

// To standard output, whole. Throws Failure(runtime).
void print_output(const std::string& text);

}  // namespace weir::host
