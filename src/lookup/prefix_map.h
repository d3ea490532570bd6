// Networks with a number each: which is the smallest that an address lies in?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/ip.h"
#include "lookup/address_range.h"

namespace weir::lookup {

// Built once, then immutable; any thread. find() is one binary search in the addresses' own family.
//
// An IPv4-mapped IPv6 address is its IPv4 address (lookup/subnet_set.h).
class PrefixMap {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct Entry {
    Subnet subnet;
    std::uint32_t value = 0;  // not none
  };

  PrefixMap() = default;
  // Of two entries with the same subnet the later counts. n log n.
  explicit PrefixMap(std::span<const Entry> entries);

  // The value of the longest prefix, or none.
  std::uint32_t find(const Address& address) const noexcept;

 private:
  // From `first` to the next range's; the first range begins at 0. `none` between networks.
  struct Range4 {
    std::uint32_t first;
    std::uint32_t value;
  };
  struct Range6 {
    WideNumber first;
    std::uint32_t value;
  };
  std::vector<Range4> ipv4_;
  std::vector<Range6> ipv6_;
};

}  // namespace weir::lookup
