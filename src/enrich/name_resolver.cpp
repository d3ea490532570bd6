#include "enrich/name_resolver.h"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace weir::enrich {

namespace {

// Of one query; c-ares doubles it for the next try.
constexpr int query_timeout_ms = 2000;
constexpr int query_tries = 2;
// How often c-ares looks whether a query is late.
constexpr std::uint64_t look_ms = 250;

void set_port(sockaddr_storage& address, std::uint16_t port) noexcept {
  if (address.ss_family == AF_INET6)
    reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(port);
  else
    reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
}

bool is_address(const std::string& host, std::uint16_t port, sockaddr_storage& address) noexcept {
  return uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(&address)) == 0 ||
         uv_ip6_addr(host.c_str(), port, reinterpret_cast<sockaddr_in6*>(&address)) == 0;
}

}  // namespace

// A socket of c-ares's, watched by the loop. Lives until its handle is closed.
struct NameResolver::Socket {
  NameResolver* resolver;
  ares_socket_t socket;
  uv_poll_t poll{};

  void close() noexcept {
    uv_close(reinterpret_cast<uv_handle_t*>(&poll),
             [](uv_handle_t* handle) { delete static_cast<Socket*>(handle->data); });
  }
};

void NameResolver::begin(uv_loop_t& loop) {
  loop_ = &loop;
  uv_timer_init(&loop, &timer_);
  timer_.data = this;
}

void NameResolver::resolve(const std::string& host, std::uint16_t port, Done done) {
  sockaddr_storage address{};
  if (is_address(host, port, address)) {
    done({address}, {});
    return;
  }
  ares_options options{};
  options.timeout = query_timeout_ms;
  options.tries = query_tries;
  options.sock_state_cb = on_socket;
  options.sock_state_cb_data = this;
  const int status = ares_init_options(
      &channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
  if (status != ARES_SUCCESS) {
    channel_ = nullptr;
    done({}, ares_strerror(status));
    return;
  }
  port_ = port;
  over_ = false;
  found_.clear();
  reason_ = "";
  done_ = std::move(done);
  uv_timer_start(
      &timer_,
      [](uv_timer_t* timer) {
        static_cast<NameResolver*>(timer->data)->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      },
      look_ms, look_ms);
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, on_answer, this);
  finish_if_over();
}

void NameResolver::process(ares_socket_t readable, ares_socket_t writable) {
  if (channel_ == nullptr) return;
  ares_process_fd(channel_, readable, writable);
  finish_if_over();
}

void NameResolver::on_answer(void* self, int status, int, ares_addrinfo* answer) {
  NameResolver& resolver = *static_cast<NameResolver*>(self);
  resolver.over_ = true;
  if (status != ARES_SUCCESS) resolver.reason_ = ares_strerror(status);
  if (answer == nullptr) return;
  for (const ares_addrinfo_node* node = answer->nodes; node != nullptr; node = node->ai_next) {
    sockaddr_storage address{};
    if (node->ai_addrlen > sizeof address) continue;
    std::memcpy(&address, node->ai_addr, node->ai_addrlen);
    set_port(address, resolver.port_);
    try {
      resolver.found_.push_back(address);
    } catch (const std::bad_alloc&) {
      break;  // c-ares cannot be thrown through
    }
  }
  ares_freeaddrinfo(answer);
  if (resolver.found_.empty()) resolver.reason_ = "the name has no address";
}

// A channel must not be destroyed inside its own callback.
void NameResolver::finish_if_over() {
  if (!over_ || channel_ == nullptr) return;
  stop();
  const Done done = std::move(done_);
  done(std::move(found_), reason_);
}

void NameResolver::stop() noexcept {
  if (channel_ == nullptr) return;
  stopping_ = true;
  ares_destroy(channel_);
  stopping_ = false;
  channel_ = nullptr;
  for (Socket* const socket : sockets_) socket->close();
  sockets_.clear();
  uv_timer_stop(&timer_);
}

void NameResolver::on_socket(void* self, ares_socket_t socket, int readable, int writable) {
  NameResolver& resolver = *static_cast<NameResolver*>(self);
  auto& sockets = resolver.sockets_;
  auto place = std::find_if(sockets.begin(), sockets.end(),
                            [&](const Socket* one) { return one->socket == socket; });
  if (readable == 0 && writable == 0) {
    if (place == sockets.end()) return;
    // The descriptor is about to be closed: the loop must not look at it any longer.
    uv_poll_stop(&(*place)->poll);
    (*place)->close();
    sockets.erase(place);
    return;
  }
  if (resolver.stopping_) return;
  if (place == sockets.end()) {
    auto* const watched = new (std::nothrow) Socket{&resolver, socket};
    if (watched == nullptr || uv_poll_init(resolver.loop_, &watched->poll, socket) != 0) {
      delete watched;
      return;  // the query runs into its timeout
    }
    watched->poll.data = watched;
    place = sockets.insert(sockets.end(), watched);
  }
  const int events = (readable != 0 ? UV_READABLE : 0) | (writable != 0 ? UV_WRITABLE : 0);
  uv_poll_start(&(*place)->poll, events, [](uv_poll_t* poll, int status, int ready) {
    const Socket& watched = *static_cast<Socket*>(poll->data);
    const bool failed = status < 0;  // c-ares finds out what it is by using the socket
    watched.resolver->process(
        failed || (ready & UV_READABLE) != 0 ? watched.socket : ARES_SOCKET_BAD,
        failed || (ready & UV_WRITABLE) != 0 ? watched.socket : ARES_SOCKET_BAD);
  });
}

}  // namespace weir::enrich
