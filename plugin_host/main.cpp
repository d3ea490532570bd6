// The program `weir`: reads a command line, and hands over to one of the commands.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cerrno>
#include <csignal>
#include <exception>
#include <new>
#include <string_view>

#include "commands/commands.h"
#include "commands/diagnostics.h"
#include "commands/usage.h"
#include "run/console.h"

namespace weir::host {
namespace {

std::string version_text(const CommandLine& line) {
  const Library library = open_library(library_path(line));
  return fmt::format("weir {}.{}.{}, library {} ({})\n", WEIR_VERSION_MAJOR, WEIR_VERSION_MINOR,
                     WEIR_VERSION_PATCH, library.version(), library.path);
}

void build(CLI::App& app, CommandLine& line) {
  app.require_subcommand(0, 1);
  app.add_option("--library", line.library, "libweir to load (default: the one beside the program)")
      ->envname("WEIR_LIBRARY")
      ->type_name("FILE");
  app.add_flag("--version", line.version, "Print the versions of the program and of the library");
  app.footer("Example:\n  weir run -r rules.yaml -i events.ndjson");
  add_run(app, line);
  add_bench(app, line);
  add_explain(app, line);
  add_validate(app, line);
  add_test(app, line);
  add_fields(app, line);
  add_schema(app, line);
  add_presets(app, line);
  add_import(app, line);
  add_tracer(app, line);
  add_lookup(app, line);
}

// CLI11 takes the argument behind an empty `--option=` for its value, so that a shell's empty
// variable would swallow the next option.
void refuse_empty_values(int argc, char** argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view argument = argv[i];
    if (argument.substr(0, 2) == "--" && argument.find('=') == argument.size() - 1) {
      throw Failure(Exit::usage, fmt::format("{} has an empty value; write one, or leave it out",
                                             argument.substr(0, argument.size() - 1)));
    }
  }
}

Exit main_program(int argc, char** argv) {
  CLI::App app("Weir: aggregates, filters and enriches security events", "weir");
  CommandLine line;
  build(app, line);
  refuse_empty_values(argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    app.exit(asked_for_help);
    return Exit::good;
  } catch (const CLI::ParseError& error) {
    print_error(usage_error(app, error));
    return Exit::usage;
  }
  if (line.version) {
    print_output(version_text(line));
    return Exit::good;
  }
  if (!line.chosen) {
    print_error(
        "name a command: run, test, explain, validate, import, bench, fields, schema, presets, "
        "tracer or lookup; see weir --help");
    return Exit::usage;
  }
  return line.chosen();
}

// A standard stream that is closed would be the number of the next file that is opened, and what is
// read from or written to the stream would go there. Opened the wrong way round, it fails instead.
void fill_standard_streams() noexcept {
  for (int number = 0; number <= STDERR_FILENO; ++number) {
    if (::fcntl(number, F_GETFD) != -1 || errno != EBADF) continue;
    ::open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);  // takes the lowest number
  }
}

}  // namespace
}  // namespace weir::host

int main(int argc, char** argv) {
  using weir::host::Exit;
  weir::host::fill_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), told like any other
  try {
    return static_cast<int>(weir::host::main_program(argc, argv));
  } catch (const weir::host::Failure& failure) {
    weir::host::print_error(failure.what());
    return static_cast<int>(failure.exit());
  } catch (const std::bad_alloc&) {
    weir::host::print_error("out of memory");
    return static_cast<int>(Exit::runtime);
  } catch (const std::exception& error) {
    weir::host::print_error(error.what());
    return static_cast<int>(Exit::runtime);
  }
}
