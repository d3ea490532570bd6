// Addresses of a host, without blocking the loop: c-ares is driven by it, and what is under way can
// be given up at any time.
#pragma once

#include <ares.h>
#include <sys/socket.h>
#include <uv.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::enrich {

class NameResolver {
 public:
  // The addresses in the order to try them, or none and the reason.
  using Done = std::function<void(std::vector<sockaddr_storage>, std::string_view reason)>;

  NameResolver() = default;
  ~NameResolver() { stop(); }
  NameResolver(const NameResolver&) = delete;
  NameResolver& operator=(const NameResolver&) = delete;

  // REQUIRES: on the loop's thread, before the others
  void begin(uv_loop_t& loop);
  // An address is its own answer, at once. The files of the system (hosts, resolv.conf) are read
  // anew each time. REQUIRES: not busy
  void resolve(const std::string& host, std::uint16_t port, Done done);
  bool busy() const noexcept { return channel_ != nullptr; }
  // Gives up what is under way: `done` is not called.
  void stop() noexcept;

 private:
  struct Socket;

  static void on_socket(void* self, ares_socket_t socket, int readable, int writable);
  static void on_answer(void* self, int status, int timeouts, ares_addrinfo* answer);
  void process(ares_socket_t readable, ares_socket_t writable);
  void finish_if_over();

  uv_loop_t* loop_ = nullptr;
  uv_timer_t timer_{};
  ares_channel channel_ = nullptr;
  std::vector<Socket*> sockets_;
  std::uint16_t port_ = 0;
  bool stopping_ = false;
  bool over_ = false;
  std::vector<sockaddr_storage> found_;
  const char* reason_ = "";
  Done done_;
};

}  // namespace weir::enrich
