// Whether what files hold has changed, for who reads them again then. inotify of the folders that
// their names and symbolic links stand in says when to look, so a file may be replaced, written in
// place, or be a link that leads elsewhere, as in the config maps of Kubernetes; and every five
// seconds there is a look in any case, for folders that tell nothing (network file systems).
//
// A change is told when the files have rested for 100 ms, or 2 s after it began: a file may be
// written in pieces. One that holds the same bytes as before has not changed. One thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "input/directory_watch.h"

namespace weir::host {

class WatchedFiles {
 public:
  // These from now on. Of a file that is watched already, what was seen of it stays; another is
  // taken as it is now, or is not there yet.
  void watch(const std::vector<std::string>& paths);
  // All are taken as they are now.
  void accept();

  // Whether one of them holds something else than when it was asked last, or watched. now:
  // nanoseconds of a clock that does not go back. Cheap to ask often.
  bool changed(std::int64_t now);

 private:
  // What tells that a file was written or replaced.
  struct State {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = -1;
    std::int64_t modified = 0;  // ns, as is the next
    std::int64_t altered = 0;
    friend bool operator==(const State&, const State&) = default;
  };
  struct File {
    std::string path;
    State state;
    std::optional<std::size_t> content;  // its hash; none: it cannot be read
    bool touched = false;
  };
  static State state_of(const std::string& path) noexcept;
  static File seen(const std::string& path);
  static std::optional<std::size_t> hash_of(const std::string& path);
  void look(std::int64_t now);

  DirectoryWatch folders_;
  std::vector<File> files_;
  std::int64_t next_look_ = 0;           // ns, as are the next
  std::int64_t next_look_anyway_ = 0;    // whatever the folders tell
  std::optional<std::int64_t> touched_;  // the first change that was not told,
  std::int64_t rests_since_ = 0;         // and the last
};

}  // namespace weir::host
