// Names of sockets: HOST:PORT as people write it, resolved, bound, and written again.
#pragma once

#include <netdb.h>
#include <sys/socket.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "file_descriptor.h"

namespace weir::host {

struct HostPort {
  std::string host;  // empty: every address
  std::string port;
};

// HOST:PORT with an IPv6 address in brackets; `*` is the empty host. None when it is something
// else.
std::optional<HostPort> parse_host_port(std::string_view text);

// Whether the text begins as an address does, with a scheme and `://`.
bool has_scheme(std::string_view text) noexcept;

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

// type: SOCK_DGRAM, SOCK_STREAM. Of an empty host the addresses to listen on. May wait for a name
// server. Null when that fails, with the reason.
Addresses resolve(const HostPort& name, int type, std::string& reason);

// A socket of its own that does not block, bound to the address; a stream's does not listen yet.
// text: the name as given, for messages. Throws Failure(bad_input).
FileDescriptor bind_socket(const HostPort& name, int type, const std::string& text);

// "192.0.2.1:514", "[2001:db8::1]:514"; an IPv4 address that an IPv6 socket shows is IPv4.
std::string address_text(const sockaddr_storage& address, socklen_t size);
// Of the address that the socket is bound to.
std::string bound_text(int socket);

}  // namespace weir::host
