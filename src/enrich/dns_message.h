// The names and the replies of DNS (RFC 1035), as far as the type `dns` needs them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/ip.h"

namespace weir::enrich {

enum class DnsRecord : std::uint8_t { ptr, a, aaaa };

// What became of one request to one server.
enum class DnsEnd : std::uint8_t {
  found,
  no_record,    // the name exists, but has no such record
  no_name,      // there is no such name
  refused,      // by the server, or its reply cannot be read
  silent,       // no reply in time
  unreachable,  // the server has no open port, or there is no way to it
};

// Under which an address stands in DNS: `1.0.0.10.in-addr.arpa` (RFC 1035, section 3.5), or 32
// nibbles and `ip6.arpa` (RFC 3596, section 2.5).
void reverse_name(const Address& address, std::string& name);

// What a request ended with: the status of its c-ares callback, and the reply if there was one. Of
// several records the text is the lowest one: the order of a reply changes from one to the next.
// address: what was asked about, of ptr.
DnsEnd read_dns_reply(DnsRecord record, int status, std::span<const std::uint8_t> reply,
                      const Address& address, std::string& text);

}  // namespace weir::enrich
