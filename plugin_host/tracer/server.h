// The sockets: listens, takes connections up to a limit, closes those that are idle.
#pragma once

#include <uv.h>

#include <string>
#include <vector>

#include "tracer/connection.h"
#include "tracer/loop.h"
#include "tracer/settings.h"

namespace weir::host::tracer {

class Server {
 public:
  // Listens on all of the addresses. Throws Failure(bad_input): an address that cannot be had.
  Server(uv_loop_t* loop, const Settings& settings, Answers& answers, Counters& counters,
         const Journal& journal);
  // Closes all connections.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // "127.0.0.1:16666"
  const std::vector<std::string>& addresses() const noexcept { return addresses_; }
  std::size_t open_connections() const noexcept { return connections_.size; }

 private:
  void listen(const std::string& address, bool fast_open);
  void accept(uv_stream_t* listener);
  void close_idle();

  uv_loop_t* const loop_;
  const Limits limits_;
  const Journal& journal_;
  Exchange exchange_;
  ConnectionList connections_;
  std::vector<std::string> addresses_;
  std::vector<Handle<uv_tcp_t>> listeners_;
  Handle<uv_timer_t> idle_timer_;
  bool full_ = false;  // told so
};

// Lets the process open so many connections beside its files, as far as it may. Returns how many
// there can be.
std::size_t make_room(std::size_t connections) noexcept;

}  // namespace weir::host::tracer
