#include "tracer/connection.h"

#include <new>

#include "socket_address.h"

namespace weir::host::tracer {
namespace {

namespace wire = lookup::cybertrace;

constexpr std::string_view kPing = "PING";
constexpr std::size_t kFlushAt = std::size_t{256} << 10;  // bytes of answers to pipelined requests

std::string peer_of(const uv_tcp_t& handle) {
  sockaddr_storage address{};
  int size = sizeof address;
  if (uv_tcp_getpeername(&handle, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "-";
  return address_text(address, static_cast<socklen_t>(size));
}

std::string_view without_cr(std::string_view line) noexcept {
  while (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Connection* Connection::create(uv_loop_t* loop, Exchange& exchange, ConnectionList& list) {
  auto* const made = new Connection(exchange, list);
  uv_tcp_init(loop, &made->handle_);
  made->handle_.data = made;
  made->write_.data = made;
  ++list.size;
  made->touch();
  return made;
}

void Connection::start() {
  if (exchange_.journal.debug()) peer_ = peer_of(handle_);
  read();
}

// Out of memory costs the client its connection, and nobody else. No exception may pass libuv.
template <class Work>
void Connection::guard(Work&& work) noexcept {
  try {
    work();
  } catch (const std::bad_alloc&) {
    exchange_.out.clear();
    close();
  }
}

void Connection::read() {
  reading_ = true;
  uv_read_start(
      stream(),
      [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        std::vector<char>& bytes = static_cast<Connection*>(handle->data)->exchange_.buffer;
        *buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
      },
      on_read);
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  if (open_) open_->done = nullptr;
  unlink();
  --list_.size;
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_),
           [](uv_handle_t* handle) { delete static_cast<Connection*>(handle->data); });
}

void Connection::unlink() noexcept {
  (before_ == nullptr ? list_.first : before_->after_) = after_;
  (after_ == nullptr ? list_.last : after_->before_) = before_;
  before_ = after_ = nullptr;
}

// Something came or went: moves to the end of the list.
void Connection::touch() {
  last_active_ = uv_now(handle_.loop);
  if (list_.last == this) return;
  if (before_ != nullptr || list_.first == this) unlink();
  before_ = list_.last;
  (before_ == nullptr ? list_.first : before_->after_) = this;
  list_.last = this;
}

void Connection::on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buffer) {
  auto& self = *static_cast<Connection*>(stream->data);
  if (got == 0) return;
  if (got > 0) {
    self.guard([&] { self.take({buffer->base, static_cast<std::size_t>(got)}); });
  } else if (got == UV_EOF) {
    self.guard([&] { self.take_end(); });
  } else {
    ++self.exchange_.counters.resets;
    self.close();
  }
}

void Connection::take(std::string_view bytes) {
  touch();
  if (rest_.empty()) {
    rest_ = process(bytes);  // nearly always nothing
  } else if (bytes.find('\n') == std::string_view::npos) {
    rest_ += bytes;
    rest_.resize(process_rest(rest_).size());  // all of it, or nothing
  } else {
    rest_ += bytes;
    rest_.erase(0, rest_.size() - process(rest_).size());
  }
  after_input();
}

void Connection::take_end() {
  ended_ = true;
  reading_ = false;
  uv_read_stop(stream());
  if (!paused()) answer_last();
  after_input();
}

// Nothing holds it up any more: what had to wait is processed.
void Connection::go_on() {
  rest_.erase(0, rest_.size() - process(rest_).size());
  if (ended_ && !paused()) answer_last();
  after_input();
}

void Connection::after_input() {
  flush();
  if (closed_) return;
  if (ended_) {
    if (!paused()) close();
  } else if (paused() && reading_) {
    reading_ = false;
    uv_read_stop(stream());
  } else if (!paused() && !reading_) {
    read();
  }
}

// Returns what has to wait: an unfinished line, or all behind a line that cannot be answered yet.
std::string_view Connection::process(std::string_view bytes) {
  while (!bytes.empty() && !paused() && !closed_) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return process_rest(bytes);
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (skipping_ || line.size() > kLongestLine) {
      skipping_ = false;
      ++exchange_.counters.requests;
      ++exchange_.counters.bad_lines;
      ++exchange_.counters.long_lines;
      finish_answer(false);
    } else {
      answer(line);
    }
    if (exchange_.out.size() >= kFlushAt) flush();
  }
  return closed_ ? std::string_view() : bytes;
}

// Of bytes without a LF: health checks come without one, and a line that is too long is not kept.
std::string_view Connection::process_rest(std::string_view rest) {
  if (skipping_) return {};
  if (rest.size() > kLongestLine) {
    skipping_ = true;
    return {};
  }
  if (rest.ends_with(kPing)) {
    const std::string_view bare = wire::without_flags(rest);
    if (bare == kPing && (pinged_ || bare.size() < rest.size())) {
      pong();
      return {};
    }
  }
  return rest;
}

void Connection::answer(std::string_view line) {
  if (exchange_.journal.debug()) exchange_.journal.exchange(peer_, '>', line);
  const std::string_view bare = without_cr(wire::without_flags(line));
  if (bare.empty()) return;
  if (bare == kPing) {
    pong();
    return;
  }
  ++exchange_.counters.requests;
  wire::read_request(bare, exchange_.indicators);
  if (exchange_.indicators.empty()) ++exchange_.counters.bad_lines;
  const std::size_t begin = exchange_.out.size();
  open_ = exchange_.answers.answer(exchange_.indicators, exchange_.out);
  found_ = exchange_.out.size() != begin;
  if (exchange_.journal.debug()) {
    exchange_.journal.exchange(peer_, '<', std::string_view(exchange_.out).substr(begin));
  }
  if (open_ && open_->outstanding == 0) open_ = nullptr;  // all were refused
  if (!open_) {
    finish_answer(found_);
    return;
  }
  open_->done = [this] { guard([&] { complete(); }); };
}

// Of a client that sends no more: what it has sent without a LF.
void Connection::answer_last() {
  const std::string line = std::move(rest_);
  rest_.clear();
  if (!skipping_ && !line.empty()) answer(line);
}

void Connection::finish_answer(bool found) {
  if (found) ++exchange_.counters.found;
  exchange_.out += wire::finished;
  exchange_.out += '\n';
  if (exchange_.journal.debug()) exchange_.journal.exchange(peer_, '<', wire::finished);
}

// The services have answered. While the client still has to read what was known at once, that
// waits.
void Connection::complete() {
  if (blocked_) return;
  const std::shared_ptr<OpenAnswer> open = std::move(open_);
  open_ = nullptr;
  touch();
  for (const std::string& part : open->parts) {
    if (part.empty()) continue;
    found_ = true;
    exchange_.out += part;
    if (exchange_.journal.debug()) exchange_.journal.exchange(peer_, '<', part);
  }
  finish_answer(found_);
  go_on();
}

void Connection::pong() {
  ++exchange_.counters.pings;
  pinged_ = true;
  exchange_.out += wire::pong;
  exchange_.out += '\n';
}

// Writes what the socket takes; the rest is kept, and holds the connection up until it is written.
void Connection::flush() {
  std::string& out = exchange_.out;
  if (out.empty() || closed_) {
    out.clear();
    return;
  }
  std::size_t written = 0;
  if (!blocked_) {
    uv_buf_t buffer = uv_buf_init(out.data(), static_cast<unsigned>(out.size()));
    const int status = uv_try_write(stream(), &buffer, 1);
    if (status < 0 && status != UV_EAGAIN) {
      ++exchange_.counters.resets;
      out.clear();
      close();
      return;
    }
    written = status < 0 ? 0 : static_cast<std::size_t>(status);
  }
  if (written < out.size()) {
    pending_.assign(out, written);
    blocked_ = true;
    uv_buf_t buffer = uv_buf_init(pending_.data(), static_cast<unsigned>(pending_.size()));
    if (uv_write(&write_, stream(), &buffer, 1, on_written) != 0) close();
  }
  out.clear();
}

void Connection::on_written(uv_write_t* request, int status) {
  auto& self = *static_cast<Connection*>(request->data);
  if (self.closed_) return;
  self.blocked_ = false;
  self.pending_ = std::string();
  self.touch();
  if (status < 0) {
    ++self.exchange_.counters.resets;
    self.close();
    return;
  }
  self.guard([&] {
    if (self.open_ && self.open_->outstanding == 0) {
      self.complete();
    } else {
      self.go_on();
    }
  });
}

}  // namespace weir::host::tracer
