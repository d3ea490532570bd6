// A set of subnets: is an address in any of them?
//
// Nested subnets are merged into sorted ranges when the set is built
// (n log n), and a look-up is one binary search in the addresses' own family: a handful of
// nanoseconds for a dozen subnets, some 25 for a hundred thousand. Immutable once built; any
// thread may look up.
//
// An IPv4-mapped IPv6 address is its IPv4 address, so it is found by IPv4 subnets and by subnets
// inside ::ffff:0:0/96 only, never by ::/0.
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/ip.h"

namespace weir::lookup {

// The rule above for a single subnet.
inline bool lies_in(const Address& address, const Subnet& subnet) noexcept {
  return subnet.contains(address) && (subnet.length >= 96 || !address.is_ipv4());
}

class SubnetSet {
 public:
  SubnetSet() = default;
  explicit SubnetSet(std::span<const Subnet> subnets);

  bool contains(const Address& address) const noexcept;
  // False of a text that is no address.
  bool contains(std::string_view text) const noexcept;

 private:
  // Both ends belong to the range; sorted, none overlapping another.
  struct Range4 {
    std::uint32_t first;
    std::uint32_t last;
  };
  struct Range6 {
    Address first;
    Address last;
  };

  bool begins_in(std::string_view text) const noexcept;

  std::bitset<256> first_octets_;  // of the IPv4 ranges
  std::vector<Range4> ipv4_;
  std::vector<Range6> ipv6_;
};

}  // namespace weir::lookup
