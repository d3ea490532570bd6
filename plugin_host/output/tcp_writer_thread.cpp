// The thread of a TcpWriter: connects, sends, waits, and connects again.
#include <fmt/format.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "failure.h"
#include "output/tcp_writer.h"

namespace weir::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstWait{100};
constexpr milliseconds kLongestWait{5000};
constexpr milliseconds kStable{1000};  // a connection that lasts this long was worth making
constexpr milliseconds kConnectWait{5000};
constexpr int kSettleMilliseconds = 10;  // between two looks at what is confirmed
constexpr std::size_t kSendBlock = 64 * 1024;

// Bytes that the peer's system has not confirmed.
std::size_t unconfirmed(int socket) noexcept {
  int bytes = 0;
  return ::ioctl(socket, SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

int error_of(int socket) noexcept {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

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

// The error of a connection that is being made, or 0 when it is there.
int TcpWriter::wait_for_connection(int socket) {
  const auto end = steady_clock::now() + kConnectWait;
  while (!leave_now()) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now());
    if (left.count() <= 0) break;
    if (wait_for(socket, POLLOUT, static_cast<int>(left.count()))) return error_of(socket);
  }
  return ETIMEDOUT;
}

FileDescriptor TcpWriter::connect_to(const addrinfo& address, std::string& reason) {
  FileDescriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  int error = 0;
  if (!socket.open() || ::connect(socket.number(), address.ai_addr, address.ai_addrlen) != 0) {
    error = errno == EINPROGRESS ? wait_for_connection(socket.number()) : errno;
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
  std::array<char, kSendBlock> block;
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
  int error = 0;
  while (before != 0 && error == 0 && !leave_now()) {
    wait_for(-1, 0, kSettleMilliseconds);
    const std::size_t now = unconfirmed(socket);
    error = error_of(socket);
    if (error != 0) break;
    if (now < before) {
      const std::lock_guard lock(mutex_);
      progress_ = steady_clock::now();
    }
    before = now;
  }
  {
    const std::lock_guard lock(mutex_);
    in_flight_ = before;
    if (error != 0) {
      reason_ = error_text(error);
      given_up_ = true;
    }
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
