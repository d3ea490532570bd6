// A file that is read while it grows. It is known by device and inode, and by its first bytes,
// since an inode is used again when its file has gone. One thread.
#pragma once

#include <sys/types.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "file_descriptor.h"

namespace weir::host {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  auto operator<=>(const FileIdentity&) const = default;
};

// How much of a file has been read.
struct ReadSoFar {
  std::string beginning;  // its first bytes
  std::uint64_t offset = 0;
  bool left = false;  // it is not to be read
};

class FollowedFile {
 public:
  // REQUIRES: the descriptor is open.
  explicit FollowedFile(FileDescriptor file);

  const FileIdentity& identity() const noexcept { return identity_; }
  bool regular() const noexcept { return regular_; }
  // Goes on behind what has been read of this file; false when it is another one.
  bool resume(const ReadSoFar& before);

  struct Got {
    std::string_view bytes;  // in the room
    bool restarted = false;  // the file was truncated: what is read next is its beginning
    int error = 0;           // of read(), or 0
  };
  // What has been written since. Of a file that was truncated while this reads nothing is given.
  Got read(std::span<char> room);

  const ReadSoFar& so_far() const noexcept { return so_far_; }
  // Whether there is more to read, as far as its size tells.
  bool grown() const noexcept;
  bool unlinked() const noexcept;

 private:
  bool begins_with(std::string_view beginning) const;

  FileDescriptor file_;
  FileIdentity identity_;
  bool regular_ = false;
  ReadSoFar so_far_;
};

struct FileState {
  FileIdentity identity;
  std::uint64_t size = 0;
};
std::optional<FileState> state_of(const std::string& path) noexcept;
std::optional<FileState> state_of(int descriptor) noexcept;  // of a regular file

}  // namespace weir::host
