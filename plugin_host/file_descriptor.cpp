#include "file_descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "failure.h"

namespace weir::host {

FileDescriptor::~FileDescriptor() {
  if (owned_ && number_ >= 0) ::close(number_);
}

FileDescriptor open_for_reading(const std::string& path) {
  if (path == "-") return FileDescriptor(STDIN_FILENO, false);
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) {
    throw Failure(Exit::bad_input, "cannot open '" + path + "': " + error_text(errno));
  }
  struct stat status {};
  if (::fstat(file.number(), &status) == 0 && S_ISDIR(status.st_mode)) {
    throw Failure(Exit::bad_input, "cannot read '" + path + "': it is a directory; name a file");
  }
  return file;
}

std::string read_file(const std::string& path) {
  const FileDescriptor file = open_for_reading(path);
  std::string text;
  char block[65536];
  for (;;) {
    const ssize_t got = ::read(file.number(), block, sizeof block);
    if (got == 0) return text;
    if (got > 0) {
      text.append(block, static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      throw Failure(Exit::bad_input, "cannot read '" + path + "': " + error_text(errno));
    }
  }
}

}  // namespace weir::host
