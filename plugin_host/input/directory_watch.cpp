#include "input/directory_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace weir::host {
namespace {

constexpr std::uint32_t kMask =
    IN_MODIFY | IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR;

NameEvent::Kind kind_of(std::uint32_t mask) noexcept {
  if ((mask & IN_MOVED_FROM) != 0) return NameEvent::Kind::moved_from;
  if ((mask & IN_MOVED_TO) != 0) return NameEvent::Kind::moved_to;
  if ((mask & IN_CREATE) != 0) return NameEvent::Kind::appeared;
  return (mask & IN_DELETE) != 0 ? NameEvent::Kind::gone : NameEvent::Kind::written;
}

}  // namespace

DirectoryWatch::DirectoryWatch(bool wanted)
    : inotify_(wanted ? ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1) {}

bool DirectoryWatch::add(const std::string& prefix) {
  if (!inotify_.open()) return false;
  const auto known = std::find_if(prefixes_.begin(), prefixes_.end(),
                                  [&](const auto& one) { return one.second == prefix; });
  if (known != prefixes_.end()) return true;
  const char* const path = prefix.empty() ? "." : prefix.c_str();
  const int watch = ::inotify_add_watch(inotify_.number(), path, kMask);
  if (watch < 0) return false;
  prefixes_.emplace(watch, prefix);  // a folder by another name keeps its first
  return true;
}

std::vector<NameEvent> DirectoryWatch::events() {
  std::vector<NameEvent> all;
  if (!inotify_.open()) return all;
  alignas(inotify_event) char bytes[16 * 1024];
  for (;;) {
    const ssize_t got = ::read(inotify_.number(), bytes, sizeof bytes);
    if (got <= 0) return all;
    for (ssize_t at = 0; at < got;) {
      inotify_event event{};
      std::memcpy(&event, bytes + at, sizeof event);
      const char* const name = bytes + at + sizeof event;
      at += static_cast<ssize_t>(sizeof event + event.len);
      if ((event.mask & IN_Q_OVERFLOW) != 0) all.push_back({NameEvent::Kind::lost, {}});
      if ((event.mask & IN_IGNORED) != 0) prefixes_.erase(event.wd);  // the folder has gone
      const auto prefix = prefixes_.find(event.wd);
      if (event.len == 0 || prefix == prefixes_.end()) continue;
      all.push_back({kind_of(event.mask), prefix->second + name, event.cookie});
    }
  }
}

std::string folder_prefix(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace weir::host
