// What to say of a command line that cannot be understood.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace weir::host {

// One line: what is wrong, what was probably meant, and where help is.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace weir::host
