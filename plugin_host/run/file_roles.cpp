#include "run/file_roles.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "failure.h"
#include "output/output.h"
#include "output/whole_file.h"
#include "run/state_folder.h"

namespace weir::host {
namespace {

struct Identity {
  std::string text;  // empty: may be shared
  bool regular = false;
};

struct Part {
  std::string_view role;
  std::string name;
  Identity identity;
};

// stream: what `-` means.
Identity identity_of(const std::string& path, int stream) {
  struct stat status {};
  const int result = path == "-" ? ::fstat(stream, &status) : ::stat(path.c_str(), &status);
  if (result != 0) return {path == "-" ? std::string{} : resolve_path(path)};
  if (S_ISCHR(status.st_mode)) return {};
  return {fmt::format("{}:{}", status.st_dev, status.st_ino), S_ISREG(status.st_mode)};
}

std::string name_of(const std::string& path, int stream) {
  if (path != "-") return "'" + path + "'";
  return stream == STDIN_FILENO ? "standard input" : "standard output";
}

void check_standard_input(const RunOptions& options) {
  const auto inputs = std::count_if(
      options.inputs.begin(), options.inputs.end(),
      [](const InputName& input) { return input.kind == InputName::Kind::standard_input; });
  if (inputs > 1) {
    throw Failure(Exit::usage, "standard input is named twice as an input; name it once");
  }
  if (inputs == 1 && options.rules == "-") {
    throw Failure(Exit::usage,
                  "the rules and the events cannot both come from standard input; name a file with "
                  "-r or -i");
  }
}

void check_pair(const Part& one, const Part& other) {
  if (one.identity.text.empty() || one.identity.text != other.identity.text) return;
  // A socket may be both standard input and output. A file would be read as it grows, for ever.
  const bool streams = one.name[0] != '\'' && other.name[0] != '\'';
  if (streams && !one.identity.regular) return;
  const std::string also =
      one.name == other.name ? "" : fmt::format("{}, the same file, is ", other.name);
  throw Failure(Exit::usage, fmt::format("{} is {} and {}{}; name two files", one.name, one.role,
                                         also, other.role));
}

}  // namespace

void check_file_roles(const RunOptions& options) {
  check_standard_input(options);
  std::vector<Part> parts;
  const auto add = [&parts](std::string_view role, const std::string& path, int stream) {
    if (path.empty()) return;
    parts.push_back({role, name_of(path, stream), identity_of(path, stream)});
  };
  add("the rules (-r)", options.rules, STDIN_FILENO);
  for (const InputName& input : options.inputs) {
    if (!is_socket(input.kind)) add("an input (-i)", input.text, STDIN_FILENO);
  }
  for (const std::string& path : options.follow) add("an input (-i)", path, -1);
  if (!is_tcp_output(options.output)) add("the output (-o)", options.output, STDOUT_FILENO);
  add("the rejected lines (--rejects)", options.rejects, -1);
  add("the statistics (--stats)", options.stats, -1);
  if (!options.state.empty()) {
    for (const char* const file : kStateFiles)
      add("a file of the state (--state)", options.state + "/" + file, -1);
  }
  for (auto one = parts.begin(); one != parts.end(); ++one) {
    for (auto other = parts.begin(); other != one; ++other) check_pair(*other, *one);
  }
}

}  // namespace weir::host
