#include "tracer/connection.h"

#include <cassert>

#include "socket_address.h"

namespace weir::host::tracer {
namespace {

constexpr std::size_t kKeptRest = 4096;  // bytes of room: ten thousand connections keep it

std::string peer_of(const uv_tcp_t& handle) {
  sockaddr_storage address{};
  int size = sizeof address;
  if (uv_tcp_getpeername(&handle, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "-";
  return address_text(address, static_cast<socklen_t>(size));
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
  drop_pending();
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
  if (rest_.empty() && rest_.capacity() > kKeptRest) rest_ = std::string();
  if (ended_) {
    if (!paused()) close();
  } else if (paused() && reading_) {
    reading_ = false;
    uv_read_stop(stream());
  } else if (!paused() && !reading_) {
    read();
  }
}

// Writes what the socket takes; the rest is kept, and holds the connection up until it is written.
// While it does nothing is processed, so that nothing more is to be written.
void Connection::flush() {
  std::string& out = exchange_.out;
  if (out.empty() || closed_) {
    out.clear();
    return;
  }
  assert(!blocked_);
  uv_buf_t buffer = uv_buf_init(out.data(), static_cast<unsigned>(out.size()));
  const int status = uv_try_write(stream(), &buffer, 1);
  if (status < 0 && status != UV_EAGAIN) {
    ++exchange_.counters.resets;
    out.clear();
    close();
    return;
  }
  const std::size_t written = status < 0 ? 0 : static_cast<std::size_t>(status);
  if (written < out.size()) write_later(written);
  out.clear();
}

// REQUIRES: not blocked.
void Connection::write_later(std::size_t written) {
  pending_.assign(exchange_.out, written);
  exchange_.pending += pending_.size();
  blocked_ = true;
  uv_buf_t buffer = uv_buf_init(pending_.data(), static_cast<unsigned>(pending_.size()));
  if (exchange_.pending > kMostPending) {
    ++exchange_.counters.unread;
    close();
  } else if (uv_write(&write_, stream(), &buffer, 1, on_written) != 0) {
    close();
  }
}

void Connection::drop_pending() noexcept {
  exchange_.pending -= pending_.size();
  if (!closed_) pending_ = std::string();  // else libuv may still hold it
}

void Connection::on_written(uv_write_t* request, int status) {
  auto& self = *static_cast<Connection*>(request->data);
  if (self.closed_) return;
  self.blocked_ = false;
  self.drop_pending();
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
