#include "lookup/address_range.h"

#include <cstddef>

#include "base/ascii.h"

namespace weir::lookup {
namespace {}  // namespace

Address address_of(const WideNumber& number) noexcept {
  Address address;
  for (std::size_t i = 0; i < 8; ++i) {
    address.bytes[i] = static_cast<std::uint8_t>(number.high >> (56 - 8 * i));
    address.bytes[8 + i] = static_cast<std::uint8_t>(number.low >> (56 - 8 * i));
  }
  return address;
}

Address last_address(const Subnet& subnet) noexcept {
  Address last = subnet.network;
  std::size_t at = subnet.length / 8;
  if (subnet.length % 8 != 0)
    last.bytes[at++] |= static_cast<std::uint8_t>(0xFFU >> (subnet.length % 8));
  while (at < 16) last.bytes[at++] = 0xFF;
  return last;
}

bool parse_range(std::string_view text, AddressRange& range, std::string_view& problem) noexcept {
  constexpr std::string_view forms =
      "is no network; write one such as 192.0.2.0/24, 192.0.2.1 or 192.0.2.1-192.0.2.9";
  problem = forms;
  text = without_spaces(text);
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    const auto subnet = parse_subnet(text);
    if (!subnet) return false;
    range = {subnet->network, last_address(*subnet)};
    return true;
  }
  const auto first = parse_address(without_spaces(text.substr(0, dash)));
  const auto last = parse_address(without_spaces(text.substr(dash + 1)));
  if (!first || !last) return false;
  if (first->is_ipv4() != last->is_ipv4()) {
    problem = "begins with an address of one family and ends with one of the other; write two";
    return false;
  }
  if (*last < *first) {
    problem = "ends before it begins; change the addresses round";
    return false;
  }
  range = {*first, *last};
  return true;
}

}  // namespace weir::lookup
