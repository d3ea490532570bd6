// Options that several commands have.
#include <CLI/CLI.hpp>

#include "commands/commands.h"

namespace weir::host {

void add_library_option(CLI::App& command, CommandLine& line) {
  command.add_option("--library", line.library_after, "libweir to load")->type_name("FILE");
}

const std::string& library_path(const CommandLine& line) noexcept {
  return line.library_after.empty() ? line.library : line.library_after;
}

void add_reading_options(CLI::App& command, ReadingArguments& arguments) {
  command.add_option("-r,--rules", arguments.rules, "the rule document, YAML or JSON")
      ->required()
      ->type_name("FILE");
  command.add_option("--format", arguments.format,
                     "ndjson, cef, leef, syslog, zeek, zeek-json, suricata, netflow or pcap "
                     "(default: by content)");
  command
      .add_option("--netflow-port", arguments.netflow_ports,
                  "UDP port of NetFlow in a capture; may be repeated")
      ->check(CLI::Range(1, 65535))
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->capture_default_str();
  constexpr unsigned most = 256;  // processors; larger machines have more uses for them
  command
      .add_option("--workers", arguments.workers,
                  "threads that read lines, 1 to 256; what comes out does not depend on it. "
                  "NetFlow, captures and live inputs are read by one")
      ->check(CLI::Range(1u, most))
      ->capture_default_str();
}

}  // namespace weir::host
