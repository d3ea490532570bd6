#include "enrich/dns_channel.h"

#include <arpa/nameser.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "base/error.h"

namespace weir::enrich {

namespace {

// c-ares wants this before anything else, by one thread at a time, and never undone while others
// may use it: so once, and for ever.
void need_library() {
  static const int status = ares_library_init(ARES_LIB_INIT_ALL);
  if (status != ARES_SUCCESS)
    throw Failure(Status::internal,
                  fmt::format("c-ares cannot be initialized: {}", ares_strerror(status)));
}

void check(int status) {
  if (status != ARES_SUCCESS)
    throw Failure(Status::internal,
                  fmt::format("c-ares cannot be set up for a DNS rule: {}", ares_strerror(status)));
}

ares_addr_port_node node_of(const DnsServer& server) {
  ares_addr_port_node node{};
  const bool quad = server.address.is_ipv4();
  node.family = quad ? AF_INET : AF_INET6;
  std::memcpy(&node.addr, server.address.bytes.data() + (quad ? 12 : 0), quad ? 4 : 16);
  node.udp_port = node.tcp_port = server.port;
  return node;
}

DnsServer server_of(const ares_addr_port_node& node) {
  DnsServer server;
  const bool quad = node.family == AF_INET;
  if (quad) server.address.bytes[10] = server.address.bytes[11] = 0xFF;
  std::memcpy(server.address.bytes.data() + (quad ? 12 : 0), &node.addr, quad ? 4 : 16);
  if (node.udp_port > 0) server.port = static_cast<std::uint16_t>(node.udp_port);
  return server;
}

struct Destroy {
  void operator()(ares_channeldata* channel) const noexcept { ares_destroy(channel); }
};
using OwnedChannel = std::unique_ptr<ares_channeldata, Destroy>;

}  // namespace

std::vector<DnsServer> system_dns_servers() {
  need_library();
  ares_channel raw = nullptr;
  check(ares_init_options(&raw, nullptr, 0));
  const OwnedChannel channel(raw);
  ares_addr_port_node* nodes = nullptr;
  check(ares_get_servers_ports(raw, &nodes));
  std::vector<DnsServer> servers;
  for (const ares_addr_port_node* node = nodes; node != nullptr; node = node->next)
    servers.push_back(server_of(*node));
  ares_free_data(nodes);
  return servers;
}

struct DnsChannel::Socket {
  uv_poll_t poll{};
  ares_socket_t socket = ARES_SOCKET_BAD;
  DnsChannel* channel = nullptr;
};

DnsChannel::DnsChannel(const Options& options) {
  need_library();
  ares_options own{};
  // A refusal is told as such, not swallowed and ended as if there were no server; who asks goes on
  // to the next one. The socket closes whenever nothing is asked: the next has another port, which
  // makes replies hard to forge (RFC 5452).
  own.flags = ARES_FLAG_NOCHECKRESP | (options.recursion ? 0 : ARES_FLAG_NORECURSE);
  own.timeout = static_cast<int>(options.timeout.count());
  own.tries = 1;
  own.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<DnsChannel*>(self)->poll(socket, readable != 0, writable != 0);
  };
  own.sock_state_cb_data = this;
  check(ares_init_options(
      &channel_, &own,
      ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB));
  ares_addr_port_node node = node_of(options.server);
  if (const int status = ares_set_servers_ports(channel_, &node); status != ARES_SUCCESS) {
    ares_destroy(channel_);
    check(status);
  }
}

DnsChannel::~DnsChannel() {
  if (channel_ != nullptr) ares_destroy(channel_);
}

void DnsChannel::begin(uv_loop_t& loop, std::function<void()> after) {
  loop_ = &loop;
  after_ = std::move(after);
  uv_timer_init(loop_, &timer_);
  timer_.data = this;
}

void DnsChannel::ask(const std::string& name, DnsRecord record, ares_callback done, void* query) {
  const ns_type type = record == DnsRecord::ptr ? ns_t_ptr
                       : record == DnsRecord::a ? ns_t_a
                                                : ns_t_aaaa;
  ares_query(channel_, name.c_str(), ns_c_in, type, done, query);
  // A later request ends later than those before it.
  if (uv_is_active(reinterpret_cast<uv_handle_t*>(&timer_)) == 0) set_timer();
}

void DnsChannel::end() {
  ares_destroy(channel_);
  channel_ = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);
}

void DnsChannel::poll(ares_socket_t socket, bool readable, bool writable) {
  auto place = std::find_if(sockets_.begin(), sockets_.end(),
                            [&](const Socket* open) { return open->socket == socket; });
  if (!readable && !writable) {  // c-ares is about to close it
    if (place == sockets_.end()) return;
    uv_close(reinterpret_cast<uv_handle_t*>(&(*place)->poll), [](uv_handle_t* handle) {
      const std::unique_ptr<Socket> closed(static_cast<Socket*>(handle->data));
    });
    sockets_.erase(place);
    return;
  }
  if (place == sockets_.end()) {
    if (!open(socket)) return;  // the request ends as one that nobody answers
    place = sockets_.end() - 1;
  }
  const int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
  uv_poll_start(&(*place)->poll, events, [](uv_poll_t* handle, int status, int found) {
    const auto* const self = static_cast<const Socket*>(handle->data);
    // With an error on it c-ares shall look at the socket and see for itself.
    if (status < 0) found = UV_READABLE | UV_WRITABLE;
    self->channel->process((found & UV_READABLE) != 0 ? self->socket : ARES_SOCKET_BAD,
                           (found & UV_WRITABLE) != 0 ? self->socket : ARES_SOCKET_BAD);
  });
}

bool DnsChannel::open(ares_socket_t socket) noexcept {
  try {
    sockets_.reserve(sockets_.size() + 1);
    auto fresh = std::make_unique<Socket>();
    fresh->socket = socket;
    fresh->channel = this;
    fresh->poll.data = fresh.get();
    if (uv_poll_init_socket(loop_, &fresh->poll, socket) != 0) return false;
    sockets_.push_back(fresh.release());
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void DnsChannel::process(ares_socket_t readable, ares_socket_t writable) {
  ares_process_fd(channel_, readable, writable);
  after_();
}

void DnsChannel::set_timer() {
  timeval left{};
  if (ares_timeout(channel_, nullptr, &left) == nullptr) return;
  const auto millis = static_cast<std::uint64_t>(left.tv_sec) * 1000 +
                      static_cast<std::uint64_t>(left.tv_usec) / 1000 + 1;
  uv_timer_start(
      &timer_,
      [](uv_timer_t* timer) {
        auto& self = *static_cast<DnsChannel*>(timer->data);
        self.process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        if (uv_is_active(reinterpret_cast<uv_handle_t*>(timer)) == 0) self.set_timer();
      },
      millis, 0);
}

}  // namespace weir::enrich
