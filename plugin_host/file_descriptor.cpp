#include "file_descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "failure.h"
#include "run/stop.h"

namespace weir::host {

FileDescriptor::~FileDescriptor() {
  if (owned_ && number_ >= 0) ::close(number_);
}

const char* kind_name(unsigned mode) noexcept {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  return S_ISSOCK(mode) ? "a socket" : "a device";
}

FileDescriptor open_for_reading(const std::string& path) {
  if (path == "-") return FileDescriptor(STDIN_FILENO, false);
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) {
    throw Failure(Exit::bad_input, "cannot open '" + path + "': " + error_text(errno));
  }
  struct stat status {};
  if (::fstat(file.number(), &status) == 0 && S_ISDIR(status.st_mode)) {
    throw Failure(Exit::bad_input, "cannot read '" + path + "': it is a directory; name a file");
  }
  return file;
}

FileDescriptor find_standard_stream(const std::string& path) noexcept {
  struct stat named {};
  if (::stat(path.c_str(), &named) != 0 || S_ISCHR(named.st_mode)) return {};
  for (const int number : {STDERR_FILENO, STDOUT_FILENO}) {
    struct stat status {};
    if (::fstat(number, &status) != 0) continue;
    if (status.st_dev == named.st_dev && status.st_ino == named.st_ino) {
      return FileDescriptor(number, false);
    }
  }
  return {};
}

std::string read_file(const std::string& path) {
  const FileDescriptor file = open_for_reading(path);
  struct stat status {};
  if (path != "-" && ::fstat(file.number(), &status) == 0 && !S_ISREG(status.st_mode)) {
    throw Failure(Exit::bad_input, "cannot read '" + path + "': it is " +
                                       kind_name(status.st_mode) +
                                       "; name a file, or - for standard input");
  }
  std::string text;
  char block[65536];
  while (text.size() <= kMaxDocument) {
    const ssize_t got = ::read(file.number(), block, sizeof block);
    if (got == 0) return text;
    if (got > 0) {
      text.append(block, static_cast<std::size_t>(got));
    } else if (errno == EAGAIN) {
      pollfd wait{file.number(), POLLIN, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      throw Failure(Exit::bad_input, "cannot read '" + path + "': " + error_text(errno));
    }
    if (got < 0 && stop_requested()) {
      throw Failure(Exit::interrupted, "interrupted before the rules were read");
    }
  }
  throw Failure(Exit::bad_input,
                (path == "-" ? "standard input" : "'" + path + "'") +
                    " is longer than 16 MiB; name a rule document, not the events");
}

bool write_all(int file, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::size_t raise_file_limit(std::size_t wanted) noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  if (limit.rlim_cur >= wanted) return limit.rlim_cur;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace weir::host
