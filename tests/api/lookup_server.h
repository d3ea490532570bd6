// A server of the CyberTrace lookup protocol on loopback, as good or as bad as a test wants it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace host {

class LookupServer {
 public:
  // What is done about one request.
  struct Reply {
    std::string bytes;      // written as they are
    bool close = false;     // then the connection is closed,
    bool reset = false;     // or reset
    bool silent = false;    // nothing at all; the connection stays
    unsigned delay_ms = 0;  // before that
  };
  using Answer = std::function<Reply(std::string_view request)>;

  // Called from many threads.
  explicit LookupServer(Answer answer);
  ~LookupServer();
  LookupServer(const LookupServer&) = delete;
  LookupServer& operator=(const LookupServer&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  std::uint64_t requests() const noexcept { return requests_; }

 private:
  void accept_all();
  void serve(int socket);

  Answer answer_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopped_ = false;
  std::atomic<std::uint64_t> requests_ = 0;
  std::mutex mutex_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// A detection of the category, and the finish line.
std::string detection(std::string_view category, std::string_view indicator);
inline constexpr std::string_view finish_line = "LookupFinished\n";

// A port on which nobody listens.
std::uint16_t unused_port();

// A document with one rule `ask`, and what stands behind its settings.
std::string asking(std::uint16_t port, std::string_view settings = {}, std::string_view rest = {});

}  // namespace host
