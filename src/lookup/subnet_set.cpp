#include "lookup/subnet_set.h"

#include <algorithm>
#include <cstddef>

#include "lookup/address_range.h"

namespace weir::lookup {
namespace {

// Subnets either nest or are apart, so after sorting by their first address a subnet that begins
// inside the range before it ends there too.
template <class Range>
void merge(std::vector<Range>& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return a.first != b.first ? a.first < b.first : b.last < a.last;
  });
  std::size_t kept = 0;
  for (const Range& range : ranges) {
    if (kept > 0 && !(ranges[kept - 1].last < range.first)) continue;
    ranges[kept++] = range;
  }
  ranges.erase(ranges.begin() + static_cast<std::ptrdiff_t>(kept), ranges.end());
}

// The last range that begins at or before `at` is the only one that can hold it. The loop has no
// branch that depends on the data.
template <class Range, class Point>
bool find(const std::vector<Range>& ranges, const Point& at) noexcept {
  std::size_t count = ranges.size();
  if (count == 0) return false;
  const Range* base = ranges.data();
  while (count > 1) {
    const std::size_t half = count / 2;
    base = at < base[half].first ? base : base + half;
    count -= half;
  }
  return !(at < base->first) && !(base->last < at);
}

}  // namespace

SubnetSet::SubnetSet(std::span<const Subnet> subnets) {
  for (const Subnet& subnet : subnets) {
    const Address last = last_address(subnet);
    if (is_ipv4(subnet)) {
      ipv4_.push_back({low_word(subnet.network), low_word(last)});
    } else {
      ipv6_.push_back({subnet.network, last});
    }
  }
  merge(ipv4_);
  merge(ipv6_);
}

bool SubnetSet::contains(const Address& address) const noexcept {
  return address.is_ipv4() ? find(ipv4_, low_word(address)) : find(ipv6_, address);
}

}  // namespace weir::lookup
