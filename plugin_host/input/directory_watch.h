// What happens to the names in folders, by inotify(7): which are written to, appear, go, and what
// they are renamed to. Where inotify is not to be had there are no events, and who follows files
// looks for himself. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "file_descriptor.h"

namespace weir::host {

struct NameEvent {
  enum class Kind : std::uint8_t { written, appeared, moved_from, moved_to, gone, lost };
  Kind kind;                 // lost: events were; anything may have happened
  std::string path;          // the folder's prefix and the name
  std::uint32_t cookie = 0;  // the same for both ends of a move
};

class DirectoryWatch {
 public:
  explicit DirectoryWatch(bool wanted = true);

  // prefix: what stands before the names, such as "logs/"; empty: the current folder. Does nothing
  // when it is watched already; false when it cannot be.
  bool add(const std::string& prefix);
  // Everything since the last call, in order.
  std::vector<NameEvent> events();
  // Becomes readable with an event; -1: there are none.
  int descriptor() const noexcept { return inotify_.number(); }

 private:
  FileDescriptor inotify_;
  std::map<int, std::string> prefixes_;
};

// The part of a path before its last name, with the slash; empty: the current folder.
std::string folder_prefix(const std::string& path);

}  // namespace weir::host
