#include "input/paths.h"

#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "failure.h"

namespace weir::host {
namespace {

struct Matches {
  glob_t list{};
  Matches() = default;
  Matches(const Matches&) = delete;
  Matches& operator=(const Matches&) = delete;
  ~Matches() { ::globfree(&list); }
};

// Told of a folder that cannot be read: whether to give up. One that is not there has no files.
int give_up(const char* /*folder*/, int error) noexcept {
  return error != ENOENT && error != ENOTDIR ? 1 : 0;
}

}  // namespace

bool is_folder(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_pattern(const std::string& path) noexcept {
  if (path.find_first_of("*?[") == std::string::npos) return false;
  struct stat status {};
  return ::lstat(path.c_str(), &status) != 0;
}

std::vector<std::string> matches_of(const std::string& pattern) {
  Matches found;
  const int status = ::glob(pattern.c_str(), 0, give_up, &found.list);
  if (status == GLOB_NOMATCH) return {};
  if (status != 0) {
    throw Failure(Exit::bad_input,
                  "cannot look for '" + pattern +
                      "': " + (status == GLOB_NOSPACE ? "out of memory" : error_text(errno)));
  }
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < found.list.gl_pathc; ++i) {
    std::string path = found.list.gl_pathv[i];
    if (!is_folder(path)) paths.push_back(std::move(path));
  }
  return paths;
}

bool matches(const std::string& pattern, const std::string& path) noexcept {
  return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
}

}  // namespace weir::host
