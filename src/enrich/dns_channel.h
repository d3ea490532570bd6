// Requests to one DNS server: a channel of c-ares whose sockets and time-outs a libuv loop polls.
//
// c-ares calls back from inside of its own functions, ask() and end() among them. Here nothing is
// asked from within such a call: a callback notes what has come, and `after` is the place to go on.
#pragma once

#include <ares.h>
#include <uv.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "enrich/dns_message.h"
#include "enrich/dns_text.h"

namespace weir::enrich {

// The servers of the system's resolv.conf, or 127.0.0.1 if it names none. Throws Failure(internal).
std::vector<DnsServer> system_dns_servers();

class DnsChannel {
 public:
  struct Options {
    DnsServer server;
    std::chrono::milliseconds timeout;  // of one request
    bool recursion = true;
  };

  // Any thread. Throws Failure(internal).
  explicit DnsChannel(const Options& options);
  // REQUIRES: the loop's thread, or never begun
  ~DnsChannel();
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;

  // ---- The loop's thread.

  // after: called when requests may have ended.
  void begin(uv_loop_t& loop, std::function<void()> after);
  // `done` is called with `query` once, perhaps before ask() returns. The reply is there only for
  // the length of that call.
  void ask(const std::string& name, DnsRecord record, ares_callback done, void* query);
  // Ends all requests, with ARES_EDESTRUCTION. Nothing may be asked any more.
  void end();

 private:
  struct Socket;

  void poll(ares_socket_t socket, bool readable, bool writable);
  bool open(ares_socket_t socket) noexcept;
  void process(ares_socket_t readable, ares_socket_t writable);
  void set_timer();

  ares_channel channel_ = nullptr;
  uv_loop_t* loop_ = nullptr;
  std::function<void()> after_;
  uv_timer_t timer_{};
  std::vector<Socket*> sockets_;  // each lives until libuv has closed its handle
};

}  // namespace weir::enrich
