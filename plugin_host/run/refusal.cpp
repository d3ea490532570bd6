#include "run/refusal.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "commands/diagnostics.h"
#include "commands/excerpt.h"

namespace weir::host {

Failure refusal(const Library& library, const std::string& path, const std::string& document,
                const weir_error& error) {
  if (error.status == WEIR_NO_MEMORY) return Failure(Exit::runtime, "out of memory");
  const std::vector<Diagnostic> found = diagnose(library, document, directory_of(path));
  const auto errors = std::count_if(found.begin(), found.end(),
                                    [](const Diagnostic& one) { return one.severity == "error"; });
  // A good document that does not load names a function, and only programs have those.
  const std::string_view reason = error.message;
  const std::size_t rule = reason.find("of rule '");
  const std::size_t end = reason.rfind("' is not set");
  if (errors == 0 && error.status == WEIR_NOT_FOUND && rule != std::string_view::npos &&
      end != std::string_view::npos && end > rule) {
    return Failure(Exit::bad_input,
                   fmt::format("{}: error: this program has no callbacks; rule {}' needs one", path,
                               reason.substr(rule + 8, end - rule - 8)));
  }
  const std::string where =
      error.line == 0 ? path : fmt::format("{}:{}:{}", path, error.line, error.column);
  std::string message = fmt::format("{}: error: {}", where, reason);
  if (errors > 1) {
    message += fmt::format("; 'weir validate {}' shows all {} errors", path, errors);
  }
  const std::string shown = excerpt(document, error.line, error.column);
  if (!shown.empty()) message.append(1, '\n').append(shown, 0, shown.size() - 1);
  return Failure(Exit::bad_input, message);
}

}  // namespace weir::host
