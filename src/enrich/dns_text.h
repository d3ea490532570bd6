// The texts of `type: dns`: servers of a document, addresses and names of events.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip.h"

namespace weir::enrich {

struct DnsServer {
  Address address;
  std::uint16_t port = 53;
};

// ADDRESS or ADDRESS:PORT; IPv6 with a port is [ADDRESS]:PORT.
std::optional<DnsServer> parse_dns_server(std::string_view text) noexcept;

// 10/8, 172.16/12, 192.168/16 (RFC 1918), 100.64/10 (RFC 6598) and fc00::/7 (RFC 4193). Not the
// link-local ones: unicast DNS does not know their names (RFC 6762, section 4).
bool is_private(const Address& address) noexcept;

// A host's name as DNS takes it: at most 253 characters in labels of 1 to 63 letters, digits,
// hyphens and underscores, without a dot at the end. What ends in a number is none.
bool is_host_name(std::string_view text) noexcept;

}  // namespace weir::enrich
