#include "commands/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

namespace weir::host {
namespace {

// Characters to insert, remove or replace to make one text of the other.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// "; did you mean 'run'?", or nothing when no name is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& names) {
  const std::string* best = nullptr;
  std::size_t fewest = std::min<std::size_t>(word.size() / 2, 3);  // and so few at least are near
  for (const std::string& name : names) {
    const std::size_t needed = edits(word, name);
    if (needed >= fewest) continue;
    fewest = needed;
    best = &name;
  }
  return best == nullptr ? std::string() : fmt::format("; did you mean '{}'?", *best);
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::string unexpected(const CLI::App& app, const CLI::App& command, const std::string& argument) {
  if (argument.starts_with('-')) {
    const std::string option = argument.substr(0, argument.find('='));
    return fmt::format("unknown option '{}'{}", option, suggestion(option, options_of(command)));
  }
  if (&command != &app) return fmt::format("unexpected argument '{}'", argument);
  std::vector<std::string> names;
  for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(one->get_name());
  return fmt::format("unknown command '{}'{}", argument, suggestion(argument, names));
}

// CLI11's messages may have more than one line; ours have one.
std::string one_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  const CLI::App& command = chosen.empty() ? app : *chosen.front();
  constexpr bool of_subcommands = true;
  const std::vector<std::string> rest = app.remaining(of_subcommands);
  // What is required is told before what is not known; but a wrong name is why it is missing.
  const bool misspelt = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr &&
                        !rest.empty() && rest.front().starts_with('-');
  const bool extra =
      misspelt || (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !rest.empty());
  return fmt::format("{}; see weir {}--help",
                     extra ? unexpected(app, command, rest.front()) : one_line(error.what()),
                     chosen.empty() ? "" : command.get_name() + " ");
}

}  // namespace weir::host
