#include "enrich/cybertrace_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <new>

namespace weir::enrich {

namespace {

using Reader = lookup::cybertrace::AnswerReader;

CyberTraceConnection& of(const uv_handle_t* handle) noexcept {
  return *static_cast<CyberTraceConnection*>(handle->data);
}

// What says that there is nobody, rather than that somebody has gone.
bool is_refusal(int error) noexcept {
  return error == UV_ECONNREFUSED || error == UV_ETIMEDOUT || error == UV_EHOSTUNREACH ||
         error == UV_ENETUNREACH || error == UV_ENOTCONN;
}

bool is_line_end(std::string_view bytes) noexcept {
  return bytes.find_first_not_of("\r\n") == std::string_view::npos;
}

}  // namespace

int CyberTraceConnection::open(const sockaddr& address) {
  if (const int error = uv_tcp_init(&loop_, &socket_); error != 0) return error;
  socket_.data = this;
  connect_.data = this;
  write_.data = this;
  established_ = greeted_ = writing_ = false;
  answers_ = 0;
  reader_.clear();
  state_ = State::connecting;
  int error = open_socket(address);
  if (error == 0)
    error = uv_tcp_connect(&connect_, &socket_, &address, [](uv_connect_t* request, int status) {
      static_cast<CyberTraceConnection*>(request->data)->on_connected(status);
    });
  if (error != 0) close();
  return error;
}

// Made here and not by libuv, because what is to be set must be set before it connects.
int CyberTraceConnection::open_socket(const sockaddr& address) {
  const int made = ::socket(address.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made < 0) return -errno;
  const int on = 1;
  // Both make it faster and neither is needed: kernels may refuse them.
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(made, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof on);
  const int error = uv_tcp_open(&socket_, made);
  if (error != 0) ::close(made);
  return error;
}

void CyberTraceConnection::on_connected(int error) {
  if (state_ != State::connecting) return;  // it is closing
  if (error == 0)
    error = uv_read_start(
        reinterpret_cast<uv_stream_t*>(&socket_),
        [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
          const std::span<char> room = of(handle).buffer_;
          *buffer = uv_buf_init(room.data(), static_cast<unsigned>(room.size()));
        },
        [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
          CyberTraceConnection& self = of(reinterpret_cast<uv_handle_t*>(stream));
          if (size > 0)
            self.on_read({buffer->base, static_cast<std::size_t>(size)});
          else if (size < 0)
            self.on_end(static_cast<int>(size));
        });
  if (error != 0) {
    end(End::refused, error);
    return;
  }
  state_ = State::idle;
  events_.connected(*this);
}

bool CyberTraceConnection::established() noexcept {
  if (established_ || (state_ != State::idle && state_ != State::asked)) return established_;
  sockaddr_storage peer;
  int size = sizeof peer;
  established_ = uv_tcp_getpeername(&socket_, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
  return established_;
}

void CyberTraceConnection::ask(std::string_view line) {
  reader_.clear();
  state_ = State::asked;
  const std::string_view flags = lookup::cybertrace::handshake;
  const auto part = [](std::string_view text) {
    return uv_buf_init(const_cast<char*>(text.data()), static_cast<unsigned>(text.size()));
  };
  const uv_buf_t parts[] = {part(flags), part(line)};
  const uv_buf_t* const first = greeted_ ? parts + 1 : parts;
  const unsigned count = greeted_ ? 1 : 2;
  const std::size_t size = (greeted_ ? 0 : flags.size()) + line.size();
  greeted_ = true;
  int written = uv_try_write(reinterpret_cast<uv_stream_t*>(&socket_), first, count);
  if (written == UV_EAGAIN || written == fast_open_waiting) written = 0;
  if (written < 0) {
    on_end(written);
    return;
  }
  if (static_cast<std::size_t>(written) < size)
    finish_writing(first, count, static_cast<std::size_t>(written));
}

void CyberTraceConnection::finish_writing(const uv_buf_t* parts, unsigned count,
                                          std::size_t written) {
  unwritten_.clear();
  try {
    for (unsigned i = 0; i < count; ++i) unwritten_.append(parts[i].base, parts[i].len);
  } catch (const std::bad_alloc&) {
    on_end(UV_ENOMEM);
    return;
  }
  uv_buf_t rest =
      uv_buf_init(unwritten_.data() + written, static_cast<unsigned>(unwritten_.size() - written));
  writing_ = true;
  const int error = uv_write(&write_, reinterpret_cast<uv_stream_t*>(&socket_), &rest, 1,
                             [](uv_write_t* request, int status) {
                               auto& self = *static_cast<CyberTraceConnection*>(request->data);
                               self.writing_ = false;
                               if (status < 0 && self.state_ == State::asked) self.on_end(status);
                             });
  if (error != 0) {
    writing_ = false;
    on_end(error);
  }
}

void CyberTraceConnection::on_read(std::string_view bytes) {
  established_ = true;
  if (state_ != State::asked) {
    if (state_ == State::idle && !is_line_end(bytes)) end(End::garbage, 0);
    return;
  }
  Reader::State read = Reader::State::garbage;
  try {
    read = reader_.feed(bytes);
  } catch (const std::bad_alloc&) {  // as an answer that is too long
  }
  if (read == Reader::State::garbage) {
    end(End::garbage, 0);
  } else if (read == Reader::State::complete) {
    ++answers_;
    state_ = State::idle;
    // What comes unasked would be taken for the answer to the next question; so would one that has
    // begun before this question was sent whole.
    if (writing_ || !is_line_end(bytes)) close();
    events_.answered(*this, reader_.detections(), false);
  }
}

void CyberTraceConnection::on_end(int error) {
  if (state_ == State::asked && reader_.end() == Reader::State::complete) {
    ++answers_;
    close();
    events_.answered(*this, reader_.detections(), true);
    return;
  }
  end(!established() && is_refusal(error) ? End::refused : End::ended, error);
}

void CyberTraceConnection::end(End how, int error) {
  close();
  events_.ended(*this, how, error);
}

void CyberTraceConnection::close() {
  state_ = State::closing;
  uv_close(reinterpret_cast<uv_handle_t*>(&socket_), [](uv_handle_t* handle) {
    CyberTraceConnection& self = of(handle);
    self.state_ = State::closed;
    self.events_.closed(self);
  });
}

}  // namespace weir::enrich
