#include "input/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "failure.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr int kIdleMilliseconds = 100;  // how late a bucket may close on a silent input
constexpr std::size_t kPeek = 4096;

// Of a regular file. Throws Failure(bad_input).
std::size_t read_file_now(int file, const std::string& name, std::span<char> out) {
  for (;;) {
    const ssize_t got = ::read(file, out.data(), out.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) {
      throw Failure(Exit::bad_input, "cannot read '" + name + "': " + error_text(errno));
    }
  }
}

}  // namespace

ByteSource::ByteSource(std::string name, FileDescriptor file)
    : name_(std::move(name)), file_(std::move(file)) {
  struct stat status {};
  if (::fstat(file_.number(), &status) == 0 && S_ISREG(status.st_mode)) {
    regular_ = true;
    size_ = static_cast<std::uint64_t>(status.st_size);
    modified_ = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    ::posix_fadvise(file_.number(), 0, 0, POSIX_FADV_SEQUENTIAL);
  }
}

void ByteSource::park() noexcept {
  if (regular_ && file_.owned()) file_ = FileDescriptor();
}

void ByteSource::close() noexcept {
  ahead_.reset();
  decompression_.reset();
  std::string().swap(peeked_);
  file_ = FileDescriptor();
}

std::string_view ByteSource::peek(std::size_t count) {
  while (peeked_.size() < count) {
    char block[kPeek];
    const std::span<char> room(block, std::min(sizeof block, count - peeked_.size()));
    if (!begin(true)) break;
    if (peeked_.size() >= count) break;
    std::size_t got = decompression_ ? decompress(room) : read_file(room);
    if (got == 0 && stop_requested() && !regular_ && !decompression_) got = read_now(room);
    if (got == 0) break;
    peeked_.append(block, got);
  }
  return std::string_view(peeked_).substr(0, count);
}

std::size_t ByteSource::read(std::span<char> out) {
  if (failure_) std::rethrow_exception(failure_);
  if (!begin(true)) return 0;
  if (!peeked_.empty()) return take_peeked(out);
  if (decompression_) return decompress(out);
  const std::size_t size = read_file(out);
  done_ += size;
  return size;
}

std::string ByteSource::beginning(std::size_t count) {
  if (!file_.open()) file_ = open_for_reading(name_);
  std::string bytes(count, '\0');
  const ssize_t got = ::pread(file_.number(), bytes.data(), count, 0);
  if (got < 0) throw Failure(Exit::bad_input, "cannot read '" + name_ + "': " + error_text(errno));
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

void ByteSource::skip(std::uint64_t bytes) {
  if (!begin(true)) return;
  if (!decompression_) {
    peeked_.clear();
    done_ = bytes;
    if (::lseek(file_.number(), static_cast<off_t>(bytes), SEEK_SET) >= 0) return;
    throw Failure(Exit::bad_input, "cannot read '" + name_ + "': " + error_text(errno));
  }
  std::vector<char> room(std::size_t{256} << 10);
  while (bytes > 0) {
    const std::size_t size = std::min<std::uint64_t>(bytes, room.size());
    const std::size_t got = read(std::span(room).first(size));
    if (got == 0 && stop_requested()) return;
    if (got == 0) {
      throw Failure(Exit::bad_input, "'" + name_ + "' is shorter than what was read of it before");
    }
    bytes -= got;
  }
}

std::size_t ByteSource::read_ready(std::span<char> out) {
  if (failure_) return 0;
  try {
    if (!begin(false)) return 0;
    if (!peeked_.empty()) return take_peeked(out);
    if (!decompression_) {
      const std::size_t size = read_now(out);
      done_ += size;
      return size;
    }
    const std::size_t size =
        decompression_->read(out, [this](std::span<char> room) { return read_now(room); });
    done_ = decompression_->position();
    return size;
  } catch (const Failure&) {
    failure_ = std::current_exception();
    return 0;
  }
}

bool ByteSource::ready() const noexcept {
  return failure_ || ended_ || (begun_ && !peeked_.empty()) ||
         (decompression_ && !ahead_ && decompression_->holds_more());
}

std::size_t ByteSource::take_peeked(std::span<char> out) {
  const std::size_t size = std::min(out.size(), peeked_.size());
  std::memcpy(out.data(), peeked_.data(), size);
  peeked_.erase(0, size);
  if (!decompression_) done_ += size;
  return size;
}

// The first bytes tell whether the source is compressed. False when they have not come: not yet, or
// not before the signal.
bool ByteSource::begin(bool may_wait) {
  if (begun_) return true;
  if (!file_.open() && regular_) file_ = open_for_reading(name_);
  std::optional<Compression> kind;
  for (bool last = false; !(kind = find_compression(peeked_, last));) {
    char block[kPeek];
    std::size_t got = may_wait ? read_file(block) : 0;
    const bool ended = may_wait && got == 0 && !stop_requested();
    if (got == 0 && !ended && !(may_wait && regular_)) got = read_now(block);
    if (got == 0 && !ended && !ended_) return false;
    peeked_.append(block, got);
    last = got == 0;
  }
  begun_ = true;
  if (*kind != Compression::none) begin_decompression(*kind);
  return true;
}

void ByteSource::begin_decompression(Compression kind) {
  decompression_ = std::make_unique<Decompression>(kind, name_, peeked_);
  peeked_.clear();
  if (!regular_) return;
  // The thread holds on to nothing that a move of this object would move.
  const auto fill = [from = decompression_.get(), file = file_.number(), name = name_,
                     failure = std::exception_ptr()](std::span<char> out) mutable {
    ReadAhead::Filled filled;
    const auto raw = [&](std::span<char> room) { return read_file_now(file, name, room); };
    try {
      if (failure) std::rethrow_exception(failure);
      while (filled.size < out.size()) {
        const std::size_t made = from->read(out.subspan(filled.size), raw);
        if (made == 0) break;
        filled.size += made;
      }
      if (filled.size == 0) from->finish();
    } catch (const Failure&) {
      if (filled.size == 0) throw;
      failure = std::current_exception();  // behind what came before
    }
    filled.position = from->position();
    return filled;
  };
  try {
    ahead_ = std::make_unique<ReadAhead>(fill);
  } catch (const std::system_error&) {  // then without a thread
  }
}

// As read(). A file that ends too early is told behind its last bytes.
std::size_t ByteSource::decompress(std::span<char> out) {
  if (ahead_) {
    if (stop_requested()) return 0;
    const std::size_t size = ahead_->read(out);
    done_ = ahead_->position();
    return size;
  }
  const std::size_t size =
      decompression_->read(out, [this](std::span<char> room) { return read_file(room); });
  done_ = decompression_->position();
  if (size == 0 && !out.empty() && !stop_requested()) decompression_->finish();
  return size;
}

// What is there, without waiting.
std::size_t ByteSource::read_now(std::span<char> out) noexcept {
  pollfd ready{file_.number(), POLLIN, 0};
  if (::poll(&ready, 1, 0) != 1) return 0;
  const ssize_t got = ::read(file_.number(), out.data(), out.size());
  if (got > 0) return static_cast<std::size_t>(got);
  ended_ = got == 0 || (errno != EAGAIN && errno != EINTR);  // read() tells which
  return 0;
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
