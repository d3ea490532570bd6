#include "output/tcp_writer.h"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "failure.h"
#include "run/stop.h"

namespace weir::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstWait{100};
constexpr milliseconds kLongestWait{5000};
constexpr milliseconds kStable{1000};  // a connection that lasts this long was worth making
constexpr milliseconds kPatience{10'000};
constexpr milliseconds kLook{100};  // how late a signal is noticed while the queue is full
constexpr int kConnectMilliseconds = 5000;
constexpr std::size_t kBlock = 64 * 1024;

// Bytes that the peer's system has not confirmed.
std::size_t unconfirmed(int socket) noexcept {
  int bytes = 0;
  return ::ioctl(socket, SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

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
      changed_.wait_for(lock, kLook);
      if (stop_requested()) begin_end();
      if (overdue()) given_up_ = true;
    }
  } catch (const std::bad_alloc&) {
    reason_ = "out of memory";
    given_up_ = true;
  }
  return false;
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
      changed_.wait_for(lock, kLook);
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

// The thread, from here on.

void TcpWriter::work() noexcept {
  try {
    while (!leave()) {
      const FileDescriptor socket = connect();
      if (!socket.open()) {
        wait_before_connecting();
        continue;
      }
      const auto since = steady_clock::now();
      found();
      send_lines(socket.number());
      if (leave()) break;
      if (steady_clock::now() - since >= kStable) backoff_ = {};
      wait_before_connecting();
    }
  } catch (...) {  // out of memory
    const std::lock_guard lock(mutex_);
    reason_ = "out of memory";
    given_up_ = true;
  }
  const std::lock_guard lock(mutex_);
  done_ = true;
  changed_.notify_all();
}

bool TcpWriter::leave() const {
  const std::lock_guard lock(mutex_);
  return abandoned_ || (closing_ && queue_.size() == 0);
}

// Until the socket has one of the events, or the thread is woken, or the time is over. True for the
// first.
bool TcpWriter::wait_for(int socket, short events, int timeout) noexcept {
  pollfd waits[2] = {{wake_.number(), POLLIN, 0}, {socket, events, 0}};
  ::poll(waits, 2, timeout);
  std::uint64_t count = 0;
  if ((waits[0].revents & POLLIN) != 0 && ::read(wake_.number(), &count, sizeof count) < 0) {
    // Somebody else's wake: there is none.
  }
  return waits[1].revents != 0;
}

void TcpWriter::wait_before_connecting() {
  backoff_ = std::clamp(2 * backoff_, kFirstWait, kLongestWait);
  wait_for(-1, 0, static_cast<int>(backoff_.count()));
}

FileDescriptor TcpWriter::connect() {
  std::string reason;
  const Addresses addresses = resolve(peer_, SOCK_STREAM, reason);
  for (const addrinfo* at = addresses.get(); at != nullptr && !leave(); at = at->ai_next) {
    FileDescriptor socket = connect_to(*at, reason);
    if (socket.open()) return socket;
  }
  lost(reason);
  return {};
}

FileDescriptor TcpWriter::connect_to(const addrinfo& address, std::string& reason) {
  FileDescriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  int error = 0;
  if (::connect(socket.number(), address.ai_addr, address.ai_addrlen) != 0) {
    error = errno;
    if (error == EINPROGRESS) {
      socklen_t size = sizeof error;
      if (!wait_for(socket.number(), POLLOUT, kConnectMilliseconds)) {
        error = ETIMEDOUT;
      } else if (::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        error = errno;
      }
    }
  }
  if (error != 0) {
    reason = error_text(error);
    return {};
  }
  // Blocks of lines come when they come: none is to wait for the next.
  const int on = 1;
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket.number(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  return socket;
}

// Until the connection is lost, or all is done.
void TcpWriter::send_lines(int socket) {
  std::array<char, kBlock> block;
  {
    const std::lock_guard lock(mutex_);
    queue_.rewind();
  }
  for (;;) {
    std::size_t size = 0;
    {
      const std::lock_guard lock(mutex_);
      size = queue_.peek(block);
      idle_ = size == 0;
      if (abandoned_) return;
      if (size == 0 && closing_) break;
    }
    if (size == 0) {
      if (wait_for(socket, POLLIN | POLLRDHUP, -1) && peer_left(socket)) return;
    } else if (!send_block(socket, {block.data(), size})) {
      return;
    }
  }
  settle(socket);
}

// False when the connection is lost.
bool TcpWriter::send_block(int socket, std::string_view block) {
  const ssize_t sent = ::send(socket, block.data(), block.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0) {
    const std::lock_guard lock(mutex_);
    queue_.sent(static_cast<std::size_t>(sent));
    progress_ = steady_clock::now();
    changed_.notify_all();
    return true;
  }
  if (sent < 0 && errno != EAGAIN && errno != EINTR) {
    lost(error_text(errno));
    return false;
  }
  wait_for(socket, POLLOUT | POLLIN | POLLRDHUP, -1);
  return !peer_left(socket);
}

// A peer has nothing to say; what it sends is not kept. The end of what it sends is taken for the
// end of the connection: nobody else tells that a receiver has gone.
bool TcpWriter::peer_left(int socket) {
  std::array<char, 4096> ignored;
  for (;;) {
    const ssize_t got = ::recv(socket, ignored.data(), ignored.size(), MSG_DONTWAIT);
    if (got > 0) continue;
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    std::string reason = got == 0 ? "the peer closed the connection" : error_text(errno);
    if (const std::size_t bytes = unconfirmed(socket); bytes != 0) {
      reason += fmt::format(", and {} bytes that were sent may be lost", bytes);
    }
    lost(reason);
    return true;
  }
}

// Everything is sent: waits until the peer's system has it.
void TcpWriter::settle(int socket) {
  std::size_t before = unconfirmed(socket);
  while (before != 0 && !leave_now()) {
    wait_for(-1, 0, 10);
    const std::size_t now = unconfirmed(socket);
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      const std::lock_guard lock(mutex_);
      in_flight_ = before;
      reason_ = error_text(error);
      given_up_ = true;
      return;
    }
    if (now < before) {
      const std::lock_guard lock(mutex_);
      progress_ = steady_clock::now();
    }
    before = now;
  }
  {
    const std::lock_guard lock(mutex_);
    in_flight_ = before;
  }
  // Unread bytes would make the end of this connection look like its failure.
  ::shutdown(socket, SHUT_WR);
  std::array<char, 4096> ignored;
  while (::recv(socket, ignored.data(), ignored.size(), MSG_DONTWAIT) > 0) {
  }
}

bool TcpWriter::leave_now() const {
  const std::lock_guard lock(mutex_);
  return abandoned_ || given_up_;
}

void TcpWriter::lost(const std::string& reason) {
  {
    const std::lock_guard lock(mutex_);
    reason_ = reason;
    idle_ = false;
  }
  if (std::exchange(warned_, true)) return;
  show_(fmt::format("weir: warning: no connection to '{}': {}; events wait for it", text_, reason));
}

void TcpWriter::found() {
  {
    const std::lock_guard lock(mutex_);
    ++connections_;
    reason_.clear();
  }
  if (std::exchange(warned_, false)) show_(fmt::format("weir: '{}' is connected", text_));
}

}  // namespace weir::host
