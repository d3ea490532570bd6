#include "socket_address.h"

#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "failure.h"

namespace weir::host {
namespace {

// Binds the socket of one address, or is not open, with errno.
FileDescriptor bind_one(const addrinfo& at, int type) noexcept {
  FileDescriptor socket(::socket(at.ai_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.open()) return {};
  const int off = 0;
  const int on = 1;
  if (at.ai_family == AF_INET6) {
    ::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  // Else a listener could not come back before its old connections are forgotten.
  if (type == SOCK_STREAM) {
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  if (::bind(socket.number(), at.ai_addr, at.ai_addrlen) != 0) return {};
  return socket;
}

// What to do about an error of bind(), behind its text.
const char* advice(int error) noexcept {
  switch (error) {
    case EADDRINUSE:
      return "; end the process that has it, or name another port";
    case EADDRNOTAVAIL:
      return "; name an address of this machine, or 0.0.0.0 for all";
    case EACCES:
      return "; ports below 1024 need privileges: name a higher one";
    default:
      return "";
  }
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  HostPort name{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
  const bool digits = !name.port.empty() && name.port.size() <= 5 &&
                      std::all_of(name.port.begin(), name.port.end(),
                                  [](unsigned char c) { return std::isdigit(c); });
  if (!digits || std::stoi(name.port) > 65535) return std::nullopt;
  if (name.host.size() >= 2 && name.host.front() == '[' && name.host.back() == ']') {
    name.host = name.host.substr(1, name.host.size() - 2);
  } else if (name.host.find(':') != std::string::npos) {
    return std::nullopt;  // an IPv6 address without brackets
  }
  if (name.host == "*") name.host.clear();
  return name;
}

bool has_scheme(std::string_view text) noexcept {
  const std::size_t end = text.find("://");
  return end != std::string_view::npos && end != 0 &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end),
                     [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '-'; });
}

Addresses resolve(const HostPort& name, int type, std::string& reason) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = type;
  wanted.ai_flags = (name.host.empty() ? AI_PASSIVE : 0) | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(name.host.empty() ? nullptr : name.host.c_str(),
                                  name.port.c_str(), &wanted, &list);
  if (error != 0) {
    reason = ::gai_strerror(error);
    return nullptr;
  }
  return Addresses(list);
}

FileDescriptor bind_socket(const HostPort& name, int type, const std::string& text) {
  std::string reason;
  const Addresses addresses = resolve(name, type, reason);
  if (!addresses) {
    throw Failure(Exit::bad_input, fmt::format("cannot resolve '{}': {}", text, reason));
  }
  int error = EADDRNOTAVAIL;
  // Without a host, IPv6 first: that socket hears IPv4 too. A named host has its own order.
  for (const int family : {AF_INET6, AF_INET}) {
    for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
      if (name.host.empty() && at->ai_family != family) continue;
      FileDescriptor socket = bind_one(*at, type);
      if (socket.open()) return socket;
      error = errno;
    }
  }
  throw Failure(Exit::bad_input,
                fmt::format("cannot listen on '{}': {}{}", text, error_text(error), advice(error)));
}

std::string address_text(const sockaddr_storage& address, socklen_t size) {
  char host[NI_MAXHOST] = "";
  char port[NI_MAXSERV] = "";
  if (::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, port,
                    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "an unknown address";
  }
  std::string_view shown = host;
  if (address.ss_family == AF_INET6) {
    constexpr std::string_view mapped = "::ffff:";
    const bool ipv4 = shown.substr(0, mapped.size()) == mapped &&
                      shown.find('.', mapped.size()) != std::string_view::npos;
    if (!ipv4) return fmt::format("[{}]:{}", shown, port);
    shown.remove_prefix(mapped.size());
  }
  return fmt::format("{}:{}", shown, port);
}

std::string bound_text(int socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0) size = 0;
  return address_text(bound, size);
}

}  // namespace weir::host
