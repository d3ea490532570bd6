#include "input/udp.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "failure.h"

namespace weir::host {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kMaxDatagram = 65536;
// A burst of 4,000 datagrams, while the output is slow.
constexpr std::size_t kReceiveBuffer = std::size_t{8} << 20;

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses resolve(const InputName& name) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_DGRAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(name.host.empty() ? nullptr : name.host.c_str(),
                                  name.port.c_str(), &wanted, &list);
  if (error != 0) {
    throw Failure(Exit::bad_input,
                  fmt::format("cannot resolve '{}': {}", name.text, ::gai_strerror(error)));
  }
  return Addresses(list);
}

void enlarge_buffer(int socket) noexcept {
  const int size = static_cast<int>(kReceiveBuffer);
  // The first passes the system's limit, and needs a privilege; the second stays below it.
  if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
}

std::size_t granted_buffer(int socket) noexcept {
  int size = 0;
  socklen_t length = sizeof size;
  if (::getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, &length) != 0) return kReceiveBuffer;
  return static_cast<std::size_t>(size) / 2;  // Linux doubles what it grants, for its bookkeeping
}

Address sender_address(const sockaddr_storage& sender) noexcept {
  if (sender.ss_family == AF_INET) {
    const auto& from = reinterpret_cast<const sockaddr_in&>(sender);
    return Address::from_ipv4(reinterpret_cast<const std::uint8_t*>(&from.sin_addr));
  }
  if (sender.ss_family == AF_INET6) {
    const auto& from = reinterpret_cast<const sockaddr_in6&>(sender);
    return Address::from_ipv6(from.sin6_addr.s6_addr);
  }
  return {};
}

}  // namespace

UdpInput::UdpInput(const InputName& name)
    : name_(name.text),
      memory_(kBatch * kMaxDatagram),
      parts_(kBatch),
      senders_(kBatch),
      messages_(kBatch),
      controls_(kBatch) {
  bind_to(name);
  enlarge_buffer(socket_.number());
  buffer_size_ = granted_buffer(socket_.number());
  const int on = 1;
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  name_address();
  if (name.port.find_first_not_of('0') == std::string::npos) name_ = address_;
  prepare_messages();
}

bool UdpInput::buffer_capped() const noexcept { return buffer_size_ < kReceiveBuffer; }

void UdpInput::prepare_messages() {
  for (std::size_t i = 0; i < kBatch; ++i) {
    parts_[i] = {memory_.data() + i * kMaxDatagram, kMaxDatagram};
    messages_[i].msg_hdr.msg_iov = &parts_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
    messages_[i].msg_hdr.msg_name = &senders_[i];
    messages_[i].msg_hdr.msg_control = controls_[i].bytes;
  }
}

void UdpInput::bind_to(const InputName& name) {
  const Addresses addresses = resolve(name);
  int error = EADDRNOTAVAIL;
  // Without a host, IPv6 first: that socket hears IPv4 too. A named host has its own order.
  for (const int family : {AF_INET6, AF_INET}) {
    for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
      if (name.host.empty() && at->ai_family != family) continue;
      FileDescriptor socket(::socket(at->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      const int off = 0;
      if (at->ai_family == AF_INET6) {
        ::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
      }
      if (socket.open() && ::bind(socket.number(), at->ai_addr, at->ai_addrlen) == 0) {
        socket_ = std::move(socket);
        return;
      }
      error = errno;
    }
  }
  throw Failure(Exit::bad_input,
                fmt::format("cannot listen on '{}': {}", name.text, error_text(error)));
}

void UdpInput::name_address() {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  char host[NI_MAXHOST] = "";
  char port[NI_MAXSERV] = "";
  if (::getsockname(socket_.number(), reinterpret_cast<sockaddr*>(&bound), &size) == 0) {
    ::getnameinfo(reinterpret_cast<const sockaddr*>(&bound), size, host, sizeof host, port,
                  sizeof port, NI_NUMERICHOST | NI_NUMERICSERV | NI_DGRAM);
  }
  const char* form = bound.ss_family == AF_INET6 ? "udp://[{}]:{}" : "udp://{}:{}";
  address_ = fmt::format(fmt::runtime(form), host, port);
}

// The system's number is of the socket's life, in 32 bits.
void UdpInput::count_drops(msghdr& message) noexcept {
  for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
    if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t drops = 0;
    std::memcpy(&drops, CMSG_DATA(at), sizeof drops);
    const auto more = static_cast<std::int32_t>(drops - last_drops_);
    if (more <= 0) continue;  // two datagrams may be told out of order
    dropped_ += static_cast<std::uint32_t>(more);
    last_drops_ = drops;
  }
}

// False when nothing has arrived.
bool UdpInput::fill() {
  for (mmsghdr& message : messages_) {
    message.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    message.msg_hdr.msg_controllen = sizeof(Control);
  }
  const int count = ::recvmmsg(socket_.number(), messages_.data(),
                               static_cast<unsigned>(messages_.size()), MSG_DONTWAIT, nullptr);
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED) return false;
    throw Failure(Exit::runtime, "cannot receive on '" + name_ + "': " + error_text(errno));
  }
  count_ = static_cast<std::size_t>(count);
  next_ = 0;
  return true;
}

bool UdpInput::receive(Decoder& decoder, const std::function<bool()>& more) {
  if (next_ == count_ && !fill()) return false;
  while (next_ < count_ && more()) {
    const std::size_t i = next_++;
    ++datagrams_;
    count_drops(messages_[i].msg_hdr);
    bytes_ += messages_[i].msg_len;
    const Bytes datagram(memory_.data() + i * kMaxDatagram, messages_[i].msg_len);
    decoder.decode(datagram, sender_address(senders_[i]));
  }
  return count_ == kBatch;
}

}  // namespace weir::host
