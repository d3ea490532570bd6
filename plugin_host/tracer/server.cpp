#include "tracer/server.h"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "failure.h"
#include "file_descriptor.h"
#include "socket_address.h"

namespace weir::host::tracer {
namespace {

constexpr int kBacklog = 4096;  // SIEMs open their connections at once
// What the system keeps for a client that does not read, on top of what Connection counts; twice
// as much, in fact.
constexpr int kSendBuffer = 128 << 10;
constexpr int kFastOpenQueue = 1024;
constexpr std::size_t kBufferSize = std::size_t{64} << 10;
constexpr std::size_t kOtherFiles = 512;  // sources, requests to services

FileDescriptor bind_address(const std::string& address) {
  const auto name = parse_host_port(address);
  if (!name) {
    throw Failure(Exit::usage, fmt::format("--listen '{}' is no address; write HOST:PORT, such as "
                                           "127.0.0.1:16666 or [::1]:16666",
                                           address));
  }
  return bind_socket(*name, SOCK_STREAM, address);
}

}  // namespace

Server::Server(uv_loop_t* loop, const Settings& settings, Answers& answers, Counters& counters,
               const Journal& journal)
    : loop_(loop),
      limits_(settings.limits),
      journal_(journal),
      exchange_{answers, counters, journal},
      idle_timer_(make_timer(loop, this)) {
  exchange_.buffer.resize(kBufferSize);
  for (const std::string& address : settings.listen) listen(address, settings.fast_open);
  if (limits_.idle.count() == 0) return;
  const auto period =
      static_cast<std::uint64_t>(std::clamp<std::int64_t>(limits_.idle.count() / 4, 10, 1000));
  uv_timer_start(
      idle_timer_.get(), [](uv_timer_t* timer) { static_cast<Server*>(timer->data)->close_idle(); },
      period, period);
}

Server::~Server() {
  while (connections_.first != nullptr) connections_.first->close();
  // Closed connections look at the list and the exchange no more.
}

void Server::listen(const std::string& address, bool fast_open) {
  FileDescriptor socket = bind_address(address);
  const int on = 1;  // connections inherit both
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  if (fast_open && ::setsockopt(socket.number(), IPPROTO_TCP, TCP_FASTOPEN, &kFastOpenQueue,
                                sizeof kFastOpenQueue) != 0) {
    journal_.warning(fmt::format("{}: no TCP Fast Open: {}", address, error_text(errno)));
  }
  auto made = std::make_unique<uv_tcp_t>();
  uv_tcp_init(loop_, made.get());
  made->data = this;
  Handle<uv_tcp_t> listener(made.release());
  int status = uv_tcp_open(listener.get(), socket.number());
  if (status == 0) {
    const int number = socket.release();
    status = uv_listen(reinterpret_cast<uv_stream_t*>(listener.get()), kBacklog,
                       [](uv_stream_t* ready, int error) {
                         if (error == 0) static_cast<Server*>(ready->data)->accept(ready);
                       });
    addresses_.push_back(bound_text(number));
  }
  if (status != 0) {
    throw Failure(Exit::bad_input,
                  fmt::format("cannot listen on '{}': {}", address, error_text(-status)));
  }
  listeners_.push_back(std::move(listener));
}

void Server::accept(uv_stream_t* listener) {
  Connection* connection = nullptr;
  try {
    connection = Connection::create(loop_, exchange_, connections_);
  } catch (const std::bad_alloc&) {
    return;  // libuv offers it again
  }
  if (uv_accept(listener, connection->stream()) != 0) {
    connection->close();
    return;
  }
  if (connections_.size > limits_.connections) {
    ++exchange_.counters.refused;
    if (!full_) {
      journal_.warning(
          fmt::format("there are {} connections; more are closed at once "
                      "(--max-connections)",
                      limits_.connections));
    }
    full_ = true;
    connection->close();
    return;
  }
  ++exchange_.counters.connections;
  connection->start();
}

void Server::close_idle() {
  const std::uint64_t now = uv_now(loop_);
  const auto most = static_cast<std::uint64_t>(limits_.idle.count());
  Connection* next = connections_.first;
  while (next != nullptr && next->last_active() + most < now) {
    Connection* const idle = next;
    next = idle->next();
    if (idle->waits_for_answer()) continue;  // its time is that of the service
    ++exchange_.counters.idle;
    idle->close();
  }
}

std::size_t make_room(std::size_t connections) noexcept {
  const std::size_t wanted = connections + kOtherFiles;
  const std::size_t files = raise_file_limit(wanted);
  if (files >= wanted) return connections;
  return files > 2 * kOtherFiles ? files - kOtherFiles : files / 2;
}

}  // namespace weir::host::tracer
