// One client: its bytes to lines, lines to answers, answers to bytes, in order. Never waits: while
// an answer is outstanding, or the client does not read, nothing more is read from it.
#pragma once

#include <uv.h>

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/cybertrace_wire.h"
#include "tracer/answers.h"
#include "tracer/counters.h"
#include "tracer/journal.h"

namespace weir::host::tracer {

class Connection;

// What all connections of a server use, one at a time.
struct Exchange {
  Answers& answers;
  Counters& counters;
  const Journal& journal;
  std::vector<lookup::cybertrace::Indicator> indicators{};
  std::string out{};           // not yet written
  std::vector<char> buffer{};  // for reading
  std::size_t pending = 0;     // bytes that wait for clients to read, of all connections
};

// Connections by when they last did something, the one that is idle longest first.
struct ConnectionList {
  Connection* first = nullptr;
  Connection* last = nullptr;
  std::size_t size = 0;
};

class Connection {
 public:
  // Frees itself when it is closed.
  static Connection* create(uv_loop_t* loop, Exchange& exchange, ConnectionList& list);

  uv_stream_t* stream() noexcept { return reinterpret_cast<uv_stream_t*>(&handle_); }
  void start();  // REQUIRES: accepted
  void close();
  Connection* next() const noexcept { return after_; }                 // less idle; null: none
  std::uint64_t last_active() const noexcept { return last_active_; }  // uv_now()
  // Whether the server owes it something: an answer that a service has to give.
  bool waits_for_answer() const noexcept { return open_ != nullptr; }

  static constexpr std::size_t kLongestLine = lookup::cybertrace::longest_request;
  // Of all connections. Thousands that ask for long answers and read none must not take all memory:
  // the one that goes beyond it is closed.
  static constexpr std::size_t kMostPending = std::size_t{256} << 20;

 private:
  Connection(Exchange& exchange, ConnectionList& list) noexcept
      : exchange_(exchange), list_(list) {}

  static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buffer);
  static void on_written(uv_write_t* request, int status);

  bool paused() const noexcept { return blocked_ || open_ != nullptr; }
  // Out of memory costs the client its connection, and nobody else. No exception may pass libuv.
  template <class Work>
  void guard(Work&& work) noexcept {
    try {
      work();
    } catch (const std::bad_alloc&) {
      exchange_.out.clear();
      close();
    }
  }
  void read();
  void take(std::string_view bytes);
  void take_end();
  void go_on();
  void after_input();
  std::string_view process(std::string_view bytes);
  std::string_view process_rest(std::string_view rest);
  void answer(std::string_view line);
  void answer_last();
  void finish_answer(bool found);
  void complete();
  void pong();
  void flush();
  void write_later(std::size_t written);
  void drop_pending() noexcept;
  void touch();
  void unlink() noexcept;

  Exchange& exchange_;
  ConnectionList& list_;
  Connection* before_ = nullptr;
  Connection* after_ = nullptr;
  uv_tcp_t handle_{};
  uv_write_t write_{};
  std::string rest_;     // bytes that have not been processed
  std::string pending_;  // that the socket did not take
  std::string peer_;     // for --debug
  std::shared_ptr<OpenAnswer> open_;
  std::uint64_t last_active_ = 0;
  bool found_ = false;  // what open_ adds to has a detection already
  bool reading_ = false;
  bool blocked_ = false;   // pending_ is being written
  bool skipping_ = false;  // the rest of a line that is too long
  bool pinged_ = false;    // its PINGs need no flags before them
  bool ended_ = false;     // the client sends no more
  bool closed_ = false;
};

}  // namespace weir::host::tracer
