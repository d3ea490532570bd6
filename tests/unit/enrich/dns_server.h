// A DNS server on loopback that answers as a test says: UDP, and TCP on the same port.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace weir::enrich {

struct DnsRequest {
  std::uint16_t id = 0;
  std::uint16_t type = 0;
  bool recursion = false;
  bool tcp = false;
  std::string name;
  std::string question;  // as it came
};

inline constexpr std::uint16_t type_a = 1, type_cname = 5, type_ptr = 12, type_aaaa = 28;

inline std::string two_bytes(std::size_t number) {
  return {static_cast<char>(number >> 8 & 0xFF), static_cast<char>(number & 0xFF)};
}

inline std::string wire_name(std::string_view name) {
  std::string wire;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    wire += static_cast<char>(label.size());
    wire += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return wire + '\0';
}

inline std::string record(std::string_view owner, std::uint16_t type, const std::string& data) {
  return wire_name(owner) + two_bytes(type) + two_bytes(1) + std::string(4, '\0') +
         two_bytes(data.size()) + data;
}

// One that the question's own name has.
struct Answers {
  const DnsRequest& request;
  std::vector<std::string> records;

  Answers& ptr(std::string_view name) { return add(type_ptr, wire_name(name)); }
  Answers& address(const char* text) {
    char bytes[16];
    if (inet_pton(AF_INET, text, bytes) == 1) return add(type_a, std::string(bytes, 4));
    EXPECT_EQ(inet_pton(AF_INET6, text, bytes), 1);
    return add(type_aaaa, std::string(bytes, 16));
  }
  Answers& add(std::uint16_t type, const std::string& data) {
    records.push_back(record(request.name, type, data));
    return *this;
  }
};

// rcode: 0, or 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED.
inline std::string dns_reply(const DnsRequest& request, unsigned rcode,
                             const std::vector<std::string>& records = {}, bool truncated = false) {
  std::string reply = two_bytes(request.id);
  reply += static_cast<char>(0x80 | (truncated ? 2 : 0) | (request.recursion ? 1 : 0));
  reply += static_cast<char>(0x80 | rcode);
  reply += two_bytes(1) + two_bytes(records.size()) + std::string(4, '\0') + request.question;
  for (const std::string& one : records) reply += one;
  return reply;
}

class DnsServerScript {
 public:
  // What to send, each as a message of its own; nothing: silence. Runs on the server's thread.
  using Handler = std::function<std::vector<std::string>(const DnsRequest&)>;

  explicit DnsServerScript(Handler handler) : handler_(std::move(handler)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const address = reinterpret_cast<sockaddr*>(&at);
    socklen_t size = sizeof at;
    // The port that UDP gets may be taken on TCP.
    for (bool bound = false; !bound;) {
      udp_ = socket(AF_INET, SOCK_DGRAM, 0);
      tcp_ = socket(AF_INET, SOCK_STREAM, 0);
      at.sin_port = 0;
      EXPECT_EQ(bind(udp_, address, size), 0);
      EXPECT_EQ(getsockname(udp_, address, &size), 0);
      const int yes = 1;
      setsockopt(tcp_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      bound = bind(tcp_, address, size) == 0 && listen(tcp_, 16) == 0;
      if (!bound) close_both();
    }
    port_ = ntohs(at.sin_port);
    EXPECT_EQ(pipe(stop_), 0);
    thread_ = std::thread([this] { run(); });
  }
  ~DnsServerScript() {
    EXPECT_EQ(write(stop_[1], "x", 1), 1);
    thread_.join();
    close_both();
    close(stop_[0]);
    close(stop_[1]);
  }
  DnsServerScript(const DnsServerScript&) = delete;
  DnsServerScript& operator=(const DnsServerScript&) = delete;

  std::string text() const { return "127.0.0.1:" + std::to_string(port_); }
  std::vector<DnsRequest> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  void close_both() const {
    close(udp_);
    close(tcp_);
  }

  void run() {
    pollfd sockets[3] = {{stop_[0], POLLIN, 0}, {udp_, POLLIN, 0}, {tcp_, POLLIN, 0}};
    while (poll(sockets, 3, -1) > 0 && sockets[0].revents == 0) {
      if (sockets[1].revents != 0) serve_datagram();
      if (sockets[2].revents != 0) serve_connection();
    }
  }

  void serve_datagram() {
    char bytes[4096];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto* const address = reinterpret_cast<sockaddr*>(&from);
    const ssize_t got = recvfrom(udp_, bytes, sizeof bytes, 0, address, &size);
    if (got < 17) return;
    for (const std::string& reply : answer({bytes, static_cast<std::size_t>(got)}, false))
      sendto(udp_, reply.data(), reply.size(), 0, address, size);
  }

  void serve_connection() {
    const int connection = accept(tcp_, nullptr, nullptr);
    char bytes[4096];
    if (recv(connection, bytes, 2, MSG_WAITALL) == 2) {
      const auto size = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0]) << 8 |
                                                 static_cast<unsigned char>(bytes[1]));
      if (size <= sizeof bytes && recv(connection, bytes, size, MSG_WAITALL) > 0)
        for (const std::string& reply : answer({bytes, size}, true)) {
          const std::string whole = two_bytes(reply.size()) + reply;
          send(connection, whole.data(), whole.size(), MSG_NOSIGNAL);
        }
    }
    close(connection);
  }

  std::vector<std::string> answer(std::string_view message, bool tcp) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(message[at]); };
    DnsRequest request;
    request.tcp = tcp;
    request.id = static_cast<std::uint16_t>(byte(0) << 8 | byte(1));
    request.recursion = (byte(2) & 1) != 0;
    std::size_t at = 12;
    while (at < message.size() && byte(at) != 0) {
      if (!request.name.empty()) request.name += '.';
      request.name += message.substr(at + 1, byte(at));
      at += byte(at) + 1U;
    }
    request.type = static_cast<std::uint16_t>(byte(at + 1) << 8 | byte(at + 2));
    request.question = message.substr(12, at + 5 - 12);
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(request);
    }
    return handler_(request);
  }

  Handler handler_;
  int udp_ = -1;
  int tcp_ = -1;
  int stop_[2] = {-1, -1};
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<DnsRequest> seen_;
  std::thread thread_;
};

}  // namespace weir::enrich
