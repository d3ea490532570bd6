#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>
#include <memory>

#include "commands/commands.h"
#include "commands/diagnostics.h"

namespace weir::host {
namespace {

using Out = std::back_insert_iterator<std::string>;

std::string table(const std::vector<FieldDescription>& fields) {
  std::size_t name = 4;
  std::size_t type = 4;
  for (const FieldDescription& field : fields) {
    name = std::max(name, field.name.size());
    type = std::max(type, field.type.size());
  }
  std::string out;
  fmt::format_to(Out(out), "{:<{}}  {:<{}}  {}\n", "NAME", name, "TYPE", type, "DESCRIPTION");
  for (const FieldDescription& field : fields) {
    fmt::format_to(Out(out), "{:<{}}  {:<{}}  {}\n", field.name, name, field.type, type,
                   field.description);
  }
  out +=
      "\nBeside these: S.name string, N.name number, F.name float, SA. NA. FA. arrays of them, "
      "and\n"
      "Extra.key, a member of the event's string map. Limits (weir fields NAME) are KUMA's and\n"
      "informative.\n";
  return out;
}

std::string details(const FieldDescription& field) {
  return fmt::format("name         {}\ntype         {}\nlimits       {}\ndescription  {}\n",
                     field.name, field.type, field.limits, field.description);
}

// A name that is in no table but good all the same: S.x, NA.x, Extra.x.
FieldDescription extended(const std::string& name) {
  const std::string_view prefix = std::string_view(name).substr(0, name.find('.'));
  const bool array = prefix.size() == 2;
  std::string type = prefix == "Extra"       ? "string"
                     : prefix.front() == 'N' ? "number"
                     : prefix.front() == 'F' ? "float"
                                             : "string";
  if (array) type = "array of " + type;
  return {
      name, type, "",
      prefix == "Extra" ? "A member of the event's string map" : "A field of the extended schema"};
}

Exit show_fields(const Library& library, const std::string& name) {
  const std::vector<FieldDescription> fields = describe_fields(library);
  if (name.empty()) {
    print_output(table(fields));
    return Exit::good;
  }
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const FieldDescription& field) {
    return field.name == name;
  });
  if (found != fields.end()) {
    print_output(details(*found));
    return Exit::good;
  }
  std::uint32_t id = 0;
  weir_error error = new_error();
  if (library.field_id(name.data(), name.size(), &id, &error) != WEIR_OK) {
    throw Failure(Exit::bad_input, error.message);
  }
  print_output(details(extended(name)));
  return Exit::good;
}

}  // namespace

void add_fields(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("fields", "Show the event schema, or one field of it");
  const auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "a field, such as SourceAddress; none: all of them");
  command->footer("Example:\n  weir fields SourceAddress");
  add_library_option(*command, line);
  command->callback([name, &line] {
    line.chosen = [name, &line] { return show_fields(open_library(library_path(line)), *name); };
  });
}

}  // namespace weir::host
