// One connection to a CyberTrace server, with one question in flight at most: answers carry no
// number, so that a second one's could be taken for the first's.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "lookup/cybertrace_wire.h"

namespace weir::enrich {

class CyberTraceConnection {
 public:
  enum class State : std::uint8_t { closed, connecting, idle, asked, closing };
  enum class End : std::uint8_t {
    refused,  // it never came about
    ended,    // by the server, before an answer was whole
    garbage,  // what came is no answer
  };
  // What is called on the loop's thread, by a connection that has done its own part. All of them
  // outlive it.
  struct Events {
    std::function<void(CyberTraceConnection&)> connected;
    // The answer that it was asked for; at_end: by the end of the connection. It is idle, or
    // closing if it is of no more use. The text is valid until the next ask().
    std::function<void(CyberTraceConnection&, std::string_view detections, bool at_end)> answered;
    // It is closing. error: libuv's
    std::function<void(CyberTraceConnection&, End, int error)> ended;
    std::function<void(CyberTraceConnection&)> closed;  // it can be opened again
  };

  // buffer: for what is received; shared by all connections of a loop. number: whatever tells them
  // apart
  CyberTraceConnection(uv_loop_t& loop, const Events& events, std::span<char> buffer,
                       std::size_t number)
      : loop_(loop), events_(events), buffer_(buffer), number_(number) {}
  CyberTraceConnection(const CyberTraceConnection&) = delete;
  CyberTraceConnection& operator=(const CyberTraceConnection&) = delete;

  std::size_t number() const noexcept { return number_; }
  State state() const noexcept { return state_; }
  // The server has been heard of. A connection that is opened with the first question (TCP Fast
  // Open, RFC 7413) says that it is connected before that.
  bool established() const noexcept { return established_; }
  std::uint64_t answers() const noexcept { return answers_; }

  // 0, or the error for which it is closing again. REQUIRES: closed
  int open(const sockaddr& address);
  // The first one goes with the handshake. It may end within. REQUIRES: idle
  void ask(std::string_view line);
  // Says nothing of it but `closed`. REQUIRES: connecting, idle or asked
  void close();

 private:
  static constexpr int fast_open_waiting = -115;  // EINPROGRESS, which libuv has no name for

  int open_socket(const sockaddr& address);
  void on_connected(int error);
  void on_read(std::string_view bytes);
  void on_end(int error);
  void end(End how, int error);
  void finish_writing(const uv_buf_t* parts, unsigned count, std::size_t written);

  uv_loop_t& loop_;
  const Events& events_;
  std::span<char> buffer_;
  std::size_t number_;
  State state_ = State::closed;
  bool established_ = false;
  bool greeted_ = false;
  bool writing_ = false;
  std::uint64_t answers_ = 0;
  uv_tcp_t socket_{};
  uv_connect_t connect_{};
  uv_write_t write_{};
  std::string unwritten_;
  lookup::cybertrace::AnswerReader reader_;
};

}  // namespace weir::enrich
