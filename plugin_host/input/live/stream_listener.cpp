#include "input/live/stream_listener.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "failure.h"

namespace weir::host {
namespace {

// As many as may be open; the system takes its own limit if less.
constexpr int kStreamBacklog = 1024;
constexpr int kAcceptsATurn = 64;
// A peer that vanished without a word is noticed after two minutes, and its place is free again.
constexpr int kKeepIdle = 60;
constexpr int kKeepInterval = 15;
constexpr int kKeepCount = 4;

FileDescriptor open_spare() noexcept {
  return FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

void keep_alive(int socket) noexcept {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &kKeepIdle, sizeof kKeepIdle);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &kKeepInterval, sizeof kKeepInterval);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &kKeepCount, sizeof kKeepCount);
}

bool out_of_descriptors(int error) noexcept { return error == EMFILE || error == ENFILE; }

}  // namespace

StreamListener::StreamListener(const InputName& name) : spare_(open_spare()) {
  if (name.kind == InputName::Kind::unix_stream) {
    UnixSocket bound = bind_unix(name, SOCK_STREAM);
    socket_ = std::move(bound.socket);
    file_ = std::move(bound.file);
    address_ = name.text;
  } else {
    socket_ = bind_socket(name.host_port(), SOCK_STREAM, name.text);
    address_ = "tcp://" + bound_text(socket_.number());
  }
  // Two listeners may bind one address, but only one listens.
  if (::listen(socket_.number(), kStreamBacklog) != 0) {
    throw Failure(Exit::bad_input,
                  fmt::format("cannot listen on '{}': {}", name.text, error_text(errno)));
  }
}

StreamCounts StreamListener::counts() const noexcept {
  StreamCounts all = counts_;
  all.open += connections_.size();
  for (const auto& [number, connection] : connections_) {
    all.bytes += connection->bytes();
    all.events += connection->events();
  }
  return all;
}

void StreamListener::start(EventLoop& loop, Reception& reception) {
  loop_ = &loop;
  reception_ = &reception;
  loop.add(socket_.number(), [this] { accept_some(); });
}

void StreamListener::accept_some() {
  for (int i = 0; i < kAcceptsATurn && accept_one(); ++i) {
  }
}

// False when nobody waits.
bool StreamListener::accept_one() {
  FileDescriptor socket(
      ::accept4(socket_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.open()) {
    if (out_of_descriptors(errno)) return refuse_one();
    // What went wrong with one connection before it was taken is no matter of the others.
    return errno != EAGAIN && errno != EINTR && errno != EBADF && errno != EINVAL;
  }
  if (connections_.size() >= kMaxConnections) {
    ++counts_.refused;
    return true;
  }
  keep_alive(socket.number());
  const int number = socket.number();
  auto made = std::make_unique<Connection>(std::move(socket), name_peer(number), *reception_);
  Connection& connection = *made;
  connections_[number] = std::move(made);
  ++counts_.accepted;
  watch(connection);
  return true;
}

// There is no descriptor left for a connection. One that is not taken would wake the loop for ever.
bool StreamListener::refuse_one() {
  spare_ = FileDescriptor();
  FileDescriptor socket(::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC));
  if (socket.open()) ++counts_.refused;
  socket = FileDescriptor();
  spare_ = open_spare();
  return false;
}

void StreamListener::watch(Connection& connection) {
  loop_->add(connection.descriptor(), [this, &connection] { receive(connection); });
}

void StreamListener::resume() {
  for (const int number : std::exchange(waiting_, {})) {
    const auto at = connections_.find(number);
    if (at != connections_.end()) watch(*at->second);
  }
}

void StreamListener::receive(Connection& connection) {
  if (reception_->crowded() && connection.held() > Reception::kFairShare) {
    loop_->remove(connection.descriptor());
    waiting_.push_back(connection.descriptor());
    return;
  }
  const std::uint64_t before = reception_->engine.rejected();
  const bool open = connection.receive();
  counts_.rejected += reception_->engine.rejected() - before;
  if (!open) close(connection);
}

void StreamListener::close(Connection& connection) {
  const int number = connection.descriptor();
  counts_.bytes += connection.bytes();
  counts_.events += connection.events();
  loop_->remove(number);
  std::erase(waiting_, number);
  connections_.erase(number);
}

void StreamListener::drain(const std::function<bool()>& in_time) {
  if (reception_ == nullptr) return;
  for (std::size_t i = 0; i < kMaxConnections && in_time() && accept_one(); ++i) {
  }
  loop_->remove(socket_.number());
  socket_ = FileDescriptor();
  const std::uint64_t before = reception_->engine.rejected();
  for (const auto& [number, connection] : connections_) {
    if (connection->drain(in_time)) ++counts_.open;
    counts_.bytes += connection->bytes();
    counts_.events += connection->events();
    loop_->remove(number);
  }
  counts_.rejected += reception_->engine.rejected() - before;
  connections_.clear();
}

std::size_t StreamListener::largest() const noexcept {
  std::size_t most = 0;
  for (const auto& [number, connection] : connections_) most = std::max(most, connection->held());
  return most;
}

void StreamListener::close_largest(std::string_view reason) {
  const auto at = std::max_element(
      connections_.begin(), connections_.end(),
      [](const auto& one, const auto& other) { return one.second->held() < other.second->held(); });
  if (at == connections_.end()) return;
  const std::uint64_t before = reception_->engine.rejected();
  at->second->give_up(reason);
  counts_.rejected += reception_->engine.rejected() - before;
  close(*at->second);
}

std::string StreamListener::name_peer(int socket) const {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
      peer.ss_family != AF_UNIX) {
    return fmt::format("{} ({})", address_, address_text(peer, size));
  }
  ucred process{};
  size = sizeof process;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &process, &size) != 0) return address_;
  return fmt::format("{} (process {})", address_, process.pid);
}

}  // namespace weir::host
