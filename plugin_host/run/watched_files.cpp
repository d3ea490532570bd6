#include "run/watched_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <string_view>
#include <system_error>

#include "file_descriptor.h"

namespace weir::host {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kLookAtFolders = 20 * kMillisecond;  // from one look to the next
constexpr std::int64_t kLookAnyway = 5000 * kMillisecond;
constexpr std::int64_t kRest = 100 * kMillisecond;
constexpr std::int64_t kLongestUnrest = 2000 * kMillisecond;  // a file that never rests
constexpr int kMostLinks = 40;                                // as many as Linux follows

std::int64_t nanoseconds(const timespec& time) noexcept {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// The first symbolic link on the way to a file, and where the way goes on behind it.
struct Link {
  fs::path link, rest;
};
std::optional<Link> first_link(const fs::path& path) {
  Link found;
  for (auto part = path.begin(); part != path.end(); ++part) {
    found.link /= *part;
    std::error_code error;
    if (!fs::is_symlink(found.link, error)) continue;
    while (++part != path.end()) found.rest /= *part;
    return found;
  }
  return std::nullopt;
}

// Whoever replaces one of the links, or the file at their end, does it in one of these.
void watch_way(DirectoryWatch& folders, const std::string& path) {
  fs::path at = path;
  for (int links = 0; links < kMostLinks; ++links) {
    const auto found = first_link(at);
    if (!found) break;
    folders.add(folder_prefix(found->link.string()));
    std::error_code error;
    const fs::path target = fs::read_symlink(found->link, error);
    if (error) return;
    at = found->link.parent_path() / target;
    if (!found->rest.empty()) at /= found->rest;
  }
  folders.add(folder_prefix(at.string()));
}

}  // namespace

WatchedFiles::State WatchedFiles::state_of(const std::string& path) noexcept {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim),
          nanoseconds(status.st_ctim)};
}

std::optional<std::size_t> WatchedFiles::hash_of(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file.open() || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  std::size_t hash = 0;
  std::vector<char> block(std::size_t{1} << 16);
  for (;;) {
    // Whole blocks, so that the hash does not depend on how the system cuts the file.
    std::size_t used = 0;
    while (used < block.size()) {
      const ssize_t got = ::read(file.number(), block.data() + used, block.size() - used);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return std::nullopt;
      if (got == 0) break;
      used += static_cast<std::size_t>(got);
    }
    hash = hash * 31 + std::hash<std::string_view>()({block.data(), used});
    if (used < block.size()) return hash;
  }
}

void WatchedFiles::watch(const std::vector<std::string>& paths) {
  std::vector<File> files;
  for (const std::string& path : paths) {
    watch_way(folders_, path);  // first: what changes from now on is told
    const auto known = std::find_if(files_.begin(), files_.end(),
                                    [&](const File& file) { return file.path == path; });
    files.push_back(known != files_.end() ? *known : seen(path));
  }
  files_ = std::move(files);
}

void WatchedFiles::accept() {
  for (File& file : files_) file = seen(file.path);
  touched_.reset();
}

WatchedFiles::File WatchedFiles::seen(const std::string& path) {
  const State state = state_of(path);
  return {path, state, hash_of(path)};
}

bool WatchedFiles::changed(std::int64_t now) {
  if (now < next_look_) return false;
  next_look_ = now + kLookAtFolders;
  if (!folders_.events().empty() || touched_ || now >= next_look_anyway_) look(now);
  if (!touched_ || (now - rests_since_ < kRest && now - *touched_ < kLongestUnrest)) return false;
  touched_.reset();
  bool found = false;
  for (File& file : files_) {
    if (!std::exchange(file.touched, false)) continue;
    const auto content = hash_of(file.path);
    found = found || content != file.content;
    file.content = content;
  }
  return found;
}

void WatchedFiles::look(std::int64_t now) {
  next_look_anyway_ = now + kLookAnyway;
  for (File& file : files_) {
    const State state = state_of(file.path);
    if (state == file.state) continue;
    file.state = state;
    file.touched = true;
    if (!touched_) touched_ = now;
    rests_since_ = now;
    watch_way(folders_, file.path);  // a link may lead elsewhere now
  }
}

}  // namespace weir::host
