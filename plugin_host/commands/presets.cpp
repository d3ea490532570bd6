#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>
#include <memory>

#include "commands/commands.h"
#include "commands/diagnostics.h"

namespace weir::host {
namespace {

std::string table(const std::vector<PresetDescription>& presets) {
  std::size_t width = 4;
  for (const PresetDescription& preset : presets) width = std::max(width, preset.name.size());
  std::string out = fmt::format("{:<{}}  DESCRIPTION\n", "NAME", width);
  for (const PresetDescription& preset : presets) {
    fmt::format_to(std::back_inserter(out), "{:<{}}  {}\n", preset.name, width, preset.description);
  }
  return out;
}

Exit show_presets(const Library& library, const std::string& name) {
  if (name.empty()) {
    print_output(table(describe_presets(library)));
    return Exit::good;
  }
  std::uint32_t id = 0;
  weir_error error = new_error();
  if (library.preset_id(name.data(), name.size(), &id, &error) != WEIR_OK) {
    throw Failure(Exit::bad_input, error.message);
  }
  print_output(describe(library, "presets", name));
  return Exit::good;
}

}  // namespace

void add_presets(CLI::App& app, CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("presets", "List the shipped mappings, or print one as a document");
  const auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "a preset, such as cef; none: a list of them");
  command->footer("Example:\n  weir presets cef > cef.yaml");
  add_library_option(*command, line);
  command->callback([name, &line] {
    line.chosen = [name, &line] { return show_presets(open_library(library_path(line)), *name); };
  });
}

}  // namespace weir::host
