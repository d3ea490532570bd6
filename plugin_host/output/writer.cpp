#include "output/writer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "failure.h"
#include "output/whole_file.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr int kReaderMilliseconds = 100;        // how late a FIFO's reader is noticed
constexpr std::size_t kWriteBuffer = 1u << 20;  // past 256 KiB a larger one gains little

}  // namespace

Writer::Writer(const std::string& path) : path_(path), buffer_(kWriteBuffer) {}

void Writer::open_untouched() {
  if (path_.empty()) return;
  if (path_ == "-") {
    file_ = FileDescriptor(STDOUT_FILENO, false);
    return;
  }
  file_ = find_standard_stream(path_);
  if (file_.open()) return;
  // Without O_NONBLOCK a FIFO would wait for its reader where no signal is sure to be seen.
  constexpr int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK;
  while (!file_.open()) {
    file_ = FileDescriptor(::open(path_.c_str(), flags, 0644));
    if (file_.open()) break;
    const int error = errno;
    struct stat status {};
    const bool no_reader =
        error == ENXIO && ::stat(path_.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
    if (!no_reader) {
      throw Failure(Exit::runtime, "cannot write to '" + path_ + "': " + error_text(error));
    }
    if (stop_requested()) return;
    pollfd stop{stop_descriptor(), POLLIN, 0};
    ::poll(&stop, 1, kReaderMilliseconds);
  }
  ::fcntl(file_.number(), F_SETFL, ::fcntl(file_.number(), F_GETFL) & ~O_NONBLOCK);
}

bool Writer::keeps() const noexcept {
  struct stat status {};
  return file_.owned() && ::fstat(file_.number(), &status) == 0 && S_ISREG(status.st_mode);
}

void Writer::truncate() {
  if (!keeps()) return;
  if (::ftruncate(file_.number(), 0) != 0) {
    throw Failure(Exit::runtime, "cannot empty '" + path_ + "': " + error_text(errno));
  }
}

void Writer::resume(std::uint64_t position) {
  const auto offset = static_cast<off_t>(position);
  if (::ftruncate(file_.number(), offset) != 0 ||
      ::lseek(file_.number(), offset, SEEK_SET) != offset) {
    throw Failure(Exit::runtime, "cannot cut back '" + path_ + "': " + error_text(errno));
  }
  position_ = position;
}

bool Writer::append(std::string_view bytes) noexcept {
  if (path_.empty()) return true;
  position_ += bytes.size();
  if (bytes.size() > buffer_.size() - used_ && !flush()) return false;
  if (bytes.size() >= buffer_.size()) return write_all(bytes);
  std::memcpy(buffer_.data() + used_, bytes.data(), bytes.size());
  used_ += bytes.size();
  return !failed();
}

bool Writer::flush() noexcept {
  const std::size_t used = std::exchange(used_, 0);
  return write_all({buffer_.data(), used});
}

bool Writer::sync() noexcept {
  if (!flush()) return false;
  // What is no file has no disk.
  if (file_.open() && ::fdatasync(file_.number()) != 0 && errno != EINVAL && errno != EROFS &&
      errno != ENOTSUP) {
    error_number_ = errno;
  }
  if (!named_ && keeps()) sync_name(path_);
  named_ = true;
  return !failed();
}

bool Writer::close() noexcept {
  if (!flush()) return false;
  // A standard stream stays open for who comes after.
  const int number = file_.owned() ? file_.release() : -1;
  if (number >= 0 && ::close(number) != 0 && errno != EINTR) error_number_ = errno;
  return !failed();
}

bool Writer::write_all(std::string_view bytes) noexcept {
  while (!bytes.empty() && !failed()) {
    const ssize_t written = ::write(file_.number(), bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd wait{file_.number(), POLLOUT, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      error_number_ = errno;
    }
  }
  return !failed();
}

std::string Writer::error() const {
  const std::string name = path_ == "-" ? "standard output" : "'" + path_ + "'";
  const char* hint = error_number_ == EPIPE ? " (its reader has gone)" : "";
  return "cannot write to " + name + ": " + error_text(error_number_) + hint;
}

}  // namespace weir::host
