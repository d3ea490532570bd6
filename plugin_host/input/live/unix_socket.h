// Sockets that have a file's name. The file is made when the socket is bound and removed with it,
// unless somebody else's lies there by then.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "file_descriptor.h"
#include "input/input.h"

namespace weir::host {

class SocketFile {
 public:
  SocketFile() = default;
  explicit SocketFile(std::string path);  // of a file that has just been made
  SocketFile(SocketFile&& other) noexcept
      : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}
  SocketFile& operator=(SocketFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(device_, other.device_);
    std::swap(inode_, other.inode_);
    return *this;
  }
  ~SocketFile();

 private:
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

struct UnixSocket {
  FileDescriptor socket;  // does not block; a stream's does not listen yet
  SocketFile file;
};

// type: SOCK_DGRAM, SOCK_STREAM. A file that a dead process left is replaced. Throws
// Failure(bad_input) when a live one hears there, or the file is no socket.
UnixSocket bind_unix(const InputName& name, int type);

}  // namespace weir::host
