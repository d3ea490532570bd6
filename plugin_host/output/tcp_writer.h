// Lines to a TCP peer, by a thread of its own that connects, sends, and connects again when the
// connection is lost, at first after 100 ms, then after ever longer waits of up to 5 s. What is
// appended waits in a bounded queue; when that is full, append() waits, and so do the inputs.
//
// A line is never cut: over a new connection the first line that was not sent whole is sent from
// its beginning. "Sent" is what the system has taken: what it held for a connection that broke is
// lost, since nobody knows how much of it the peer has read.
//
// At the end, and after a signal to stop, the peer has 10 s to take something, and another 10 s
// whenever it has; then what waits is given up, which is a failure.
//
// append() and close() are called by one thread at a time; they never throw.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "file_descriptor.h"
#include "output/line_queue.h"
#include "socket_address.h"

namespace weir::host {

struct OutputCounts {
  std::string name;
  std::uint64_t connections = 0;
  std::uint64_t lines = 0;        // sent whole
  std::uint64_t undelivered = 0;  // lines
};

class TcpWriter {
 public:
  using Show = std::function<void(const std::string&)>;

  // show: warns that the peer is not there, and tells when it is back; from the thread.
  TcpWriter(std::string text, HostPort peer, std::size_t buffer, Show show);
  TcpWriter(const TcpWriter&) = delete;
  TcpWriter& operator=(const TcpWriter&) = delete;
  ~TcpWriter();

  // Starts the thread, and does not wait for the peer. Throws Failure(runtime).
  void open();
  bool append(std::string_view bytes) noexcept;
  // Until all that was appended is sent, or a second is over: then false.
  bool wait_until_sent() noexcept;
  // From now on the peer is given up when it takes nothing for 10 s.
  void expect_end() noexcept;
  // Waits until everything is sent, or given up.
  bool close() noexcept;

  bool failed() const noexcept;
  // REQUIRES: failed().
  std::string error() const;
  OutputCounts counts() const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  // With the mutex.
  void begin_end() noexcept;
  bool overdue() const noexcept;

  void wake() noexcept;

  // Of the thread.
  void work() noexcept;
  bool leave() const;
  bool leave_now() const;
  FileDescriptor connect();
  FileDescriptor connect_to(const addrinfo& address, std::string& reason);
  int wait_for_connection(int socket);
  void wait_before_connecting();
  bool wait_for(int socket, short events, int timeout) noexcept;
  void send_lines(int socket);
  bool send_block(int socket, std::string_view block);
  bool peer_left(int socket);
  void settle(int socket);
  void lost(const std::string& reason);
  void found();

  const std::string text_;  // tcp://HOST:PORT
  const HostPort peer_;
  const Show show_;
  FileDescriptor wake_;  // eventfd: the thread has something to do
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by the mutex:
  LineQueue queue_;
  bool closing_ = false;    // nothing more will be appended
  bool ending_ = false;     // the peer has 10 s
  bool given_up_ = false;   // failed
  bool refused_ = false;    // append() was told so: it is not known here how many more lines wait
  bool abandoned_ = false;  // the thread is to leave
  bool done_ = false;       // it has left
  bool idle_ = false;       // it waits for more to send
  Time progress_{};
  std::string reason_;           // why there is no connection
  std::uint64_t in_flight_ = 0;  // bytes sent that the peer's system did not confirm at the end
  std::uint64_t connections_ = 0;
  // Of the thread alone:
  bool warned_ = false;
  std::chrono::milliseconds backoff_{0};
  std::thread thread_;
};

}  // namespace weir::host
