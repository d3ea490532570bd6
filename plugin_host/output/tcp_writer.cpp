#include "output/tcp_writer.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "failure.h"
#include "run/stop.h"

namespace weir::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPatience{10'000};
constexpr milliseconds kPause{1'000};
constexpr milliseconds kLookAtSignals{100};  // how late a signal is noticed while the queue is full

}  // namespace

TcpWriter::TcpWriter(std::string text, HostPort peer, std::size_t buffer, Show show)
    : text_(std::move(text)),
      peer_(std::move(peer)),
      show_(std::move(show)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      queue_(buffer) {}

TcpWriter::~TcpWriter() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  wake();
  if (thread_.joinable()) thread_.join();
}

void TcpWriter::open() {
  if (!wake_.open()) {
    throw Failure(Exit::runtime, "cannot write to '" + text_ + "': " + error_text(errno));
  }
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error& error) {
    throw Failure(Exit::runtime, fmt::format("cannot start a thread: {}", error.what()));
  }
}

bool TcpWriter::append(std::string_view bytes) noexcept {
  std::unique_lock lock(mutex_);
  try {
    while (!given_up_) {
      const std::size_t taken = queue_.append(bytes);
      bytes.remove_prefix(taken);
      if (taken != 0 && std::exchange(idle_, false)) wake();
      if (bytes.empty()) return true;
      changed_.wait_for(lock, kLookAtSignals);
      if (stop_requested()) begin_end();
      if (overdue()) given_up_ = true;
    }
  } catch (const std::bad_alloc&) {
    reason_ = "out of memory";
    given_up_ = true;
  }
  refused_ = true;
  return false;
}

bool TcpWriter::wait_until_sent() noexcept {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPause, [this] { return queue_.size() == 0 || given_up_; }) &&
         !given_up_;
}

void TcpWriter::begin_end() noexcept {
  if (!std::exchange(ending_, true)) progress_ = steady_clock::now();
}

void TcpWriter::expect_end() noexcept {
  const std::lock_guard lock(mutex_);
  begin_end();
}

bool TcpWriter::overdue() const noexcept {
  return ending_ && steady_clock::now() - progress_ > kPatience;
}

bool TcpWriter::close() noexcept {
  if (!thread_.joinable()) return !failed();
  {
    std::unique_lock lock(mutex_);
    begin_end();
    closing_ = true;
    wake();
    while (!done_ && !given_up_) {
      changed_.wait_for(lock, kLookAtSignals);
      if (!done_ && overdue()) given_up_ = true;
    }
    abandoned_ = true;
  }
  wake();
  thread_.join();
  return !failed();
}

bool TcpWriter::failed() const noexcept {
  const std::lock_guard lock(mutex_);
  return given_up_;
}

std::string TcpWriter::error() const {
  const std::lock_guard lock(mutex_);
  const std::string why = reason_.empty() ? "the peer takes nothing" : reason_;
  if (queue_.lines() == 0 && in_flight_ != 0) {
    return fmt::format("the last {} bytes to '{}' may be lost: {}", in_flight_, text_, why);
  }
  if (refused_) return fmt::format("cannot deliver lines to '{}': {}", text_, why);
  return fmt::format("cannot deliver {} lines to '{}': {}", queue_.lines(), text_, why);
}

OutputCounts TcpWriter::counts() const {
  const std::lock_guard lock(mutex_);
  return {text_, connections_, queue_.lines_sent(), queue_.lines()};
}

void TcpWriter::wake() noexcept {
  const std::uint64_t one = 1;
  if (::write(wake_.number(), &one, sizeof one) < 0) {
    // It is full, and readable all the same.
  }
}

}  // namespace weir::host
