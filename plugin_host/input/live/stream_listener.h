// A TCP or Unix stream socket that takes connections and receives them in turns.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "file_descriptor.h"
#include "input/input.h"
#include "input/live/connection.h"
#include "input/live/reception.h"
#include "input/live/unix_socket.h"
#include "run/event_loop.h"

namespace weir::host {

struct StreamCounts {
  std::uint64_t accepted = 0;  // connections
  std::uint64_t open = 0;      // of them, now or at the end
  std::uint64_t refused = 0;   // closed at once: there were too many
  std::uint64_t bytes = 0;
  std::uint64_t events = 0;    // rejected ones included
  std::uint64_t rejected = 0;  // events
};

class StreamListener {
 public:
  // More connections than that are closed as they come.
  static constexpr std::size_t kMaxConnections = 1024;

  // Listens at once: what connects while files are read waits. Throws Failure(bad_input).
  explicit StreamListener(const InputName& name);

  // With the port that the system chose for port 0.
  const std::string& address() const noexcept { return address_; }
  StreamCounts counts() const noexcept;

  // Receives whenever the loop says so. Loop and reception must outlive the listener, or drain().
  void start(EventLoop& loop, Reception& reception);
  // Takes the connections that wait, and no others; reads what has come over each by now, and
  // closes them.
  void drain(const std::function<bool()>& in_time);
  // Reads on from connections that had to wait for memory.
  void resume();
  // Closes the connection whose unfinished line takes the most memory, and rejects that.
  void close_largest(std::string_view reason);
  std::size_t largest() const noexcept;

 private:
  bool accept_one();
  bool refuse_one();
  void accept_some();
  void watch(Connection& connection);
  void receive(Connection& connection);
  void close(Connection& connection);
  std::string name_peer(int socket) const;

  FileDescriptor socket_;
  SocketFile file_;
  std::string address_;
  FileDescriptor spare_;  // given up for the moment that it takes to refuse a connection
  EventLoop* loop_ = nullptr;
  Reception* reception_ = nullptr;
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;
  std::vector<int> waiting_;  // for memory
  StreamCounts counts_;       // of those that are closed, but for what is said once
};

}  // namespace weir::host
