#include "input/live/unix_socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "failure.h"

namespace weir::host {
namespace {

sockaddr_un address_of(const std::string& path) noexcept {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());  // parse_input() has seen that it fits
  return address;
}

Failure cannot_listen(const InputName& name, const std::string& reason) {
  return Failure(Exit::bad_input, fmt::format("cannot listen on '{}': {}", name.text, reason));
}

// What lies in the socket's place: a socket that nobody hears is removed.
void clear_place(const InputName& name, const sockaddr_un& address, int type) {
  struct stat status {};
  if (::lstat(name.path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) {
    throw cannot_listen(name, "a file that is no socket has that name; name another path");
  }
  const FileDescriptor probe(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  const int result = ::connect(probe.number(), to, sizeof address);
  // EAGAIN: its queue is full; EPROTOTYPE: it is of the other type.
  if (result == 0 || errno == EAGAIN || errno == EPROTOTYPE) {
    throw cannot_listen(name, "another process listens there; end it, or name another path");
  }
  if (errno != ECONNREFUSED) throw cannot_listen(name, error_text(errno));
  ::unlink(name.path.c_str());
}

}  // namespace

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) return;
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

SocketFile::~SocketFile() {
  if (path_.empty()) return;
  struct stat status {};
  const bool ours =
      ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
  if (ours) ::unlink(path_.c_str());
}

UnixSocket bind_unix(const InputName& name, int type) {
  const sockaddr_un address = address_of(name.path);
  clear_place(name, address, type);
  FileDescriptor socket(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  if (!socket.open() || ::bind(socket.number(), to, sizeof address) != 0) {
    throw cannot_listen(name, error_text(errno));
  }
  return {std::move(socket), SocketFile(name.path)};
}

}  // namespace weir::host
