#include "run/inputs.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <utility>

#include "failure.h"
#include "file_descriptor.h"
#include "input/compression.h"
#include "input/followed_file.h"
#include "input/paths.h"

namespace weir::host {
namespace {

// Whether it is there, and nothing to be followed.
bool is_whole(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return false;
  if (!S_ISREG(status.st_mode)) return true;
  try {
    char beginning[4];
    const FileDescriptor file = open_for_reading(path);
    const ssize_t got = ::read(file.number(), beginning, sizeof beginning);
    return got > 0 &&
           find_compression({beginning, static_cast<std::size_t>(got)}, true) != Compression::none;
  } catch (const Failure&) {  // who follows it tells
    return false;
  }
}

void add_matches(RunOptions& options, const std::string& pattern, bool follow,
                 const std::set<FileIdentity>& named) {
  std::set<FileIdentity> known = named;
  for (const InputName& input : options.inputs) {
    if (const auto state = state_of(input.text); state && input.matched) {
      known.insert(state->identity);
    }
  }
  const std::vector<std::string> paths = matches_of(pattern);
  if (paths.empty() && !follow) {
    throw Failure(Exit::bad_input,
                  fmt::format("no file matches '{}'; name one that is there", pattern));
  }
  for (const std::string& path : paths) {
    const auto state = state_of(path);
    if (state && !known.insert(state->identity).second) continue;
    if (!follow || is_whole(path)) {
      InputName& input = options.inputs.emplace_back();
      input.text = path;
      input.matched = true;
    }
  }
}

}  // namespace

void set_inputs(RunOptions& options, const std::vector<std::string>& texts, bool follow) {
  std::set<FileIdentity> named;
  for (const std::string& text : texts) {
    if (const auto state = state_of(text)) named.insert(state->identity);
  }
  for (const std::string& text : texts) {
    InputName name = parse_input(text);
    const bool file = name.kind == InputName::Kind::file;
    const bool pattern = file && is_pattern(text);
    if (file && !pattern && is_folder(text)) {
      throw Failure(
          Exit::bad_input,
          fmt::format("cannot read '{0}': it is a directory; name a file, or '{0}/*'", text));
    }
    if (pattern) add_matches(options, text, follow, named);
    if (!pattern && (!file || !follow || is_whole(text))) {
      options.inputs.push_back(std::move(name));
    } else if (follow) {
      options.follow.push_back(text);
    }
  }
  if (texts.empty()) options.inputs.push_back(parse_input("-"));
  if (follow && options.follow.empty()) {
    throw Failure(Exit::usage, "--follow needs a file that grows; name it with -i");
  }
}

}  // namespace weir::host
