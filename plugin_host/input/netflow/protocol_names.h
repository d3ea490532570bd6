// The keywords of IANA's "Assigned Internet Protocol Numbers", in lower case: `tcp`, `ipv6-icmp`.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::host {

// Empty for a number without a keyword. Static.
std::string_view protocol_name(std::uint8_t number) noexcept;

}  // namespace weir::host
