#include "output/writer.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "failure.h"

namespace weir::host {
namespace {

constexpr std::size_t kBuffer = 1u << 20;  // past 256 KiB a larger one gains little

}  // namespace

Writer::Writer(const std::string& path) : path_(path), buffer_(kBuffer) {}

void Writer::open() {
  if (path_ == "-") {
    file_ = FileDescriptor(STDOUT_FILENO, false);
    return;
  }
  file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file_.open()) {
    throw Failure(Exit::runtime, "cannot write to '" + path_ + "': " + error_text(errno));
  }
}

bool Writer::append(std::string_view bytes) noexcept {
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

bool Writer::close() noexcept {
  if (!flush()) return false;
  // Standard output stays open for who comes after.
  const int number = path_ == "-" ? -1 : file_.release();
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
