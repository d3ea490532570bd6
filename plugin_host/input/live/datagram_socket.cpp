#include "input/live/datagram_socket.h"

#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "failure.h"
#include "input/live/text_format.h"
#include "socket_address.h"

namespace weir::host {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kDatagramRoom = 65536;
// A burst of 4,000 datagrams, while the output is slow.
constexpr std::size_t kReceiveBuffer = std::size_t{8} << 20;

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

// The number of drops, beside each datagram.
void tell_drops(int socket) noexcept {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
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

DatagramSocket::DatagramSocket(const InputName& name)
    : name_(name.text),
      memory_(kBatch * kDatagramRoom),
      parts_(kBatch),
      senders_(kBatch),
      messages_(kBatch),
      controls_(kBatch) {
  bind_to(name);
  prepare_messages();
}

bool DatagramSocket::buffer_capped() const noexcept { return buffer_size_ < kReceiveBuffer; }

void DatagramSocket::prepare_messages() {
  for (std::size_t i = 0; i < kBatch; ++i) {
    parts_[i] = {memory_.data() + i * kDatagramRoom, kDatagramRoom};
    messages_[i].msg_hdr.msg_iov = &parts_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
    messages_[i].msg_hdr.msg_name = &senders_[i];
    messages_[i].msg_hdr.msg_control = controls_[i].bytes;
  }
}

void DatagramSocket::bind_to(const InputName& name) {
  if (name.kind == InputName::Kind::unix_datagram) {
    UnixSocket bound = bind_unix(name, SOCK_DGRAM);
    socket_ = std::move(bound.socket);
    file_ = std::move(bound.file);
    address_ = name.text;
    buffer_size_ = kReceiveBuffer;  // it has none of its own: its senders wait
    tell_drops(socket_.number());
    return;
  }
  socket_ = bind_socket(name.host_port(), SOCK_DGRAM, name.text);
  enlarge_buffer(socket_.number());
  buffer_size_ = granted_buffer(socket_.number());
  tell_drops(socket_.number());
  address_ = "udp://" + bound_text(socket_.number());
  if (name.port.find_first_not_of('0') == std::string::npos) name_ = address_;
}

// The number beside a datagram is of the moment when it was queued: it says nothing of those that
// found no room behind it.
void DatagramSocket::read_drops(msghdr& message) noexcept {
  for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
    if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t drops = 0;
    std::memcpy(&drops, CMSG_DATA(at), sizeof drops);
    count_drops(drops);
  }
}

// The system's number is of the socket's life, in 32 bits.
void DatagramSocket::count_drops(std::uint32_t drops) noexcept {
  const auto more = static_cast<std::int32_t>(drops - last_drops_);
  if (more <= 0) return;  // two datagrams may be told out of order
  dropped_ += static_cast<std::uint32_t>(more);
  last_drops_ = drops;
}

void DatagramSocket::ask_dropped() noexcept {
  std::uint32_t memory[SK_MEMINFO_VARS] = {};
  socklen_t size = sizeof memory;
  if (::getsockopt(socket_.number(), SOL_SOCKET, SO_MEMINFO, memory, &size) != 0) return;
  if (size >= (SK_MEMINFO_DROPS + 1) * sizeof memory[0]) count_drops(memory[SK_MEMINFO_DROPS]);
}

// False when nothing has arrived.
bool DatagramSocket::fill() {
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

bool DatagramSocket::receive(Reception& reception, Decoder& decoder,
                             const std::function<bool()>& more) {
  if (next_ == count_ && !fill()) return false;
  const std::uint64_t before = reception.engine.rejected();
  while (next_ < count_ && more()) take(next_++, reception, decoder);
  deliver();
  rejected_ += reception.engine.rejected() - before;
  return count_ == kBatch;
}

// A datagram that begins with a zero byte is NetFlow, whose version has two bytes: no text begins
// so.
void DatagramSocket::take(std::size_t i, Reception& reception, Decoder& decoder) {
  ++datagrams_;
  read_drops(messages_[i].msg_hdr);
  bytes_ += messages_[i].msg_len;
  const Bytes datagram(memory_.data() + i * kDatagramRoom, messages_[i].msg_len);
  const bool netflow = reception.format ? *reception.format == Format::netflow
                                        : datagram.empty() || datagram[0] == 0;
  if (netflow) {
    netflow_came_ = true;
    deliver();
    decoder.decode(datagram, sender_address(senders_[i]));
    return;
  }
  const std::string_view text(reinterpret_cast<const char*>(datagram.data()), datagram.size());
  take_text(text, (messages_[i].msg_hdr.msg_flags & MSG_TRUNC) != 0, reception);
}

void DatagramSocket::take_text(std::string_view text, bool cut, Reception& reception) {
  // A line feed or a NUL behind the message is no part of it.
  while (!text.empty() && (text.back() == '\n' || text.back() == '\0' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  Intake& to = intake(reception.format ? *reception.format : text_format(text), reception);
  if (filled_ != &to) deliver();
  filled_ = &to;
  const std::int64_t now = reception.clock.now();
  if (cut) {
    to.reject(text, "the datagram is longer than 64 KiB", now);
  } else {
    to.add_message(text, now);
  }
}

Intake& DatagramSocket::intake(Format format, Reception& reception) {
  std::unique_ptr<Intake>& one = intakes_[static_cast<std::size_t>(format)];
  if (!one) {
    one = std::make_unique<Intake>(reception.engine, reception.presets, name_, format,
                                   reception.records);
  }
  return *one;
}

// Messages of one format must not overtake those of another.
void DatagramSocket::deliver() {
  if (filled_ != nullptr) std::exchange(filled_, nullptr)->deliver();
}

std::string DatagramSocket::format() const {
  std::string found = netflow_came_ ? "netflow" : "unknown";
  int formats = netflow_came_ ? 1 : 0;
  for (std::size_t i = 0; i < kFormats; ++i) {
    if (!intakes_[i]) continue;
    found = format_name(static_cast<Format>(i));
    ++formats;
  }
  return formats > 1 ? "mixed" : found;
}

}  // namespace weir::host
