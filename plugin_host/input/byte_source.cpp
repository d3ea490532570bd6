#include "input/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "failure.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr int kIdleMilliseconds = 100;  // how late a bucket may close on a silent input

}  // namespace

ByteSource::ByteSource(std::string name, FileDescriptor file)
    : name_(std::move(name)), file_(std::move(file)) {
  struct stat status {};
  if (::fstat(file_.number(), &status) == 0 && S_ISREG(status.st_mode)) {
    regular_ = true;
    size_ = static_cast<std::uint64_t>(status.st_size);
    ::posix_fadvise(file_.number(), 0, 0, POSIX_FADV_SEQUENTIAL);
  }
}

std::string_view ByteSource::peek(std::size_t count) {
  while (peeked_.size() < count) {
    char block[4096];
    const std::span<char> room(block, std::min(sizeof block, count - peeked_.size()));
    std::size_t got = read_file(room);
    if (got == 0 && stop_requested() && !regular_) got = read_now(room);
    if (got == 0) break;
    peeked_.append(block, got);
  }
  return std::string_view(peeked_).substr(0, count);
}

std::size_t ByteSource::read(std::span<char> out) {
  if (!peeked_.empty()) {
    const std::size_t size = std::min(out.size(), peeked_.size());
    std::memcpy(out.data(), peeked_.data(), size);
    peeked_.erase(0, size);
    done_ += size;
    return size;
  }
  const std::size_t size = read_file(out);
  done_ += size;
  return size;
}

std::size_t ByteSource::read_ready(std::span<char> out) {
  if (!peeked_.empty()) return read(out);
  const std::size_t size = read_now(out);
  done_ += size;
  return size;
}

// What is there, without waiting.
std::size_t ByteSource::read_now(std::span<char> out) noexcept {
  pollfd ready{file_.number(), POLLIN, 0};
  if (::poll(&ready, 1, 0) != 1) return 0;
  const ssize_t got = ::read(file_.number(), out.data(), out.size());
  return got <= 0 ? 0 : static_cast<std::size_t>(got);
}

// False when the program is to stop.
bool ByteSource::wait() {
  while (!regular_ && !stop_requested()) {
    pollfd ready[2] = {{file_.number(), POLLIN, 0}, {stop_descriptor(), POLLIN, 0}};
    const int count = ::poll(ready, 2, kIdleMilliseconds);
    if (count > 0 && ready[0].revents != 0) break;
    if (count == 0 && idle_) idle_();
  }
  return !stop_requested();
}

std::size_t ByteSource::read_file(std::span<char> out) {
  while (wait()) {
    const ssize_t got = ::read(file_.number(), out.data(), out.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR && errno != EAGAIN) {
      throw Failure(Exit::bad_input, "cannot read '" + name_ + "': " + error_text(errno));
    }
  }
  return 0;
}

}  // namespace weir::host
