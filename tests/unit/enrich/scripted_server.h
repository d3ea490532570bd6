// A server on loopback that does what its script says with each connection, on a thread of the
// connection's own.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "lookup/cybertrace_wire.h"

namespace weir::enrich {

// One accepted connection, as a script sees it.
class Peer {
 public:
  Peer(int socket, std::size_t number, const std::atomic<bool>& over)
      : socket_(socket), number_(number), over_(over) {}

  std::size_t number() const noexcept { return number_; }  // how many came before

  // The next line of the client, without its LF; false at the end of the connection.
  bool line(std::string& out) {
    while (true) {
      if (const std::size_t end = received_.find('\n'); end != std::string::npos) {
        out = received_.substr(0, end);
        received_.erase(0, end + 1);
        return true;
      }
      if (!wait()) return false;
      char buffer[4096];
      const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
      if (size <= 0) return false;
      received_.append(buffer, static_cast<std::size_t>(size));
    }
  }

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
  }

  // In pieces that the client is likely to read one by one.
  void send_in(std::initializer_list<std::string_view> pieces) const {
    for (const std::string_view piece : pieces) {
      send(piece);
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }

  // Until the client ends the connection or the server is over; true in the first case.
  bool wait_for_end() {
    std::string line_of_it;
    while (line(line_of_it)) {
    }
    return !over_;
  }

  // Ends with RST, not FIN.
  void reset() const {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

 private:
  bool wait() const {
    pollfd ready{socket_, POLLIN, 0};
    while (!over_)
      if (::poll(&ready, 1, 20) != 0) return true;
    return false;
  }

  int socket_;
  std::size_t number_;
  const std::atomic<bool>& over_;
  std::string received_;
};

class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;

  // port 0: any that is free
  explicit ScriptedServer(Script script, std::uint16_t port = 0, bool is_ipv6 = false)
      : script_(std::move(script)) {
    listener_ = ::socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_storage address{};
    socklen_t size = is_ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (is_ipv6) {
      auto& six = reinterpret_cast<sockaddr_in6&>(address);
      six.sin6_family = AF_INET6;
      six.sin6_addr = in6addr_loopback;
      six.sin6_port = htons(port);
    } else {
      auto& four = reinterpret_cast<sockaddr_in&>(address);
      four.sin_family = AF_INET;
      four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      four.sin_port = htons(port);
    }
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    bound_ = ::bind(listener_, any, size) == 0 && ::listen(listener_, 1024) == 0;
    ::getsockname(listener_, any, &size);
    port_ = ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);  // in the same place of both
    accepting_ = std::thread([this] { accept(); });
  }
  ~ScriptedServer() {
    over_ = true;
    accepting_.join();
    for (std::thread& thread : connections_) thread.join();
    ::close(listener_);
  }

  bool bound() const noexcept { return bound_; }
  std::uint16_t port() const noexcept { return port_; }
  std::size_t accepted() const noexcept { return accepted_; }

 private:
  void accept() {
    pollfd ready{listener_, POLLIN, 0};
    while (!over_) {
      if (::poll(&ready, 1, 20) <= 0) continue;
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) continue;
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const std::size_t number = accepted_++;
      connections_.emplace_back([this, socket, number] {
        Peer peer(socket, number, over_);
        script_(peer);
        ::close(socket);
      });
    }
  }

  Script script_;
  int listener_ = -1;
  bool bound_ = false;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_{false};
  std::atomic<std::size_t> accepted_{0};
  std::list<std::thread> connections_;
  std::thread accepting_;
};

}  // namespace weir::enrich
