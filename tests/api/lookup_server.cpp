#include "lookup_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

namespace host {

namespace {

constexpr std::string_view handshake = "X-KF-SendFinishedEventX-KF-ReplyBack";

int bound(std::uint16_t& port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  if (made < 0 || ::bind(made, name, size) != 0 || ::getsockname(made, name, &size) != 0)
    throw std::runtime_error("no socket can be had");
  port = ntohs(address.sin_port);
  return made;
}

void write_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void reset(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

LookupServer::LookupServer(Answer answer) : answer_(std::move(answer)) {
  listener_ = bound(port_);
  ::listen(listener_, 128);
  acceptor_ = std::thread([this] { accept_all(); });
}

LookupServer::~LookupServer() {
  stopped_ = true;
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

void LookupServer::accept_all() {
  while (!stopped_) {
    pollfd wait{listener_, POLLIN, 0};
    if (::poll(&wait, 1, 20) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    threads_.emplace_back([this, socket] {
      serve(socket);
      ::close(socket);
    });
  }
}

void LookupServer::serve(int socket) {
  std::string held;
  bool greeted = false;
  while (!stopped_) {
    pollfd wait{socket, POLLIN, 0};
    if (::poll(&wait, 1, 20) <= 0) continue;
    char room[4096];
    const ssize_t size = ::recv(socket, room, sizeof room, 0);
    if (size <= 0) return;
    held.append(room, static_cast<std::size_t>(size));
    if (!greeted && held.starts_with(handshake)) {
      held.erase(0, handshake.size());
      greeted = true;
    }
    for (std::size_t end; (end = held.find('\n')) != std::string::npos; held.erase(0, end + 1)) {
      ++requests_;
      const Reply reply = answer_(std::string_view(held).substr(0, end));
      if (reply.delay_ms != 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(reply.delay_ms));
      if (reply.silent) continue;
      write_all(socket, reply.bytes);
      if (reply.reset) reset(socket);
      if (reply.close || reply.reset) return;
    }
  }
}

std::string detection(std::string_view category, std::string_view indicator) {
  return "Category=" + std::string(category) + "|MatchedIndicator=" + std::string(indicator) +
         "|score=5\n" + std::string(finish_line);
}

std::uint16_t unused_port() {
  std::uint16_t port = 0;
  ::close(bound(port));
  return port;
}

std::string asking(std::uint16_t port, std::string_view settings, std::string_view rest) {
  return "enrichment:\n  - type: cybertrace\n    name: ask\n    url: 127.0.0.1:" +
         std::to_string(port) + "\n    mapping: {SourceAddress: ip}\n" + std::string(settings) +
         std::string(rest);
}

}  // namespace host
