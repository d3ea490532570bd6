#include "lookup/subnet_set.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "base/bytes.h"
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
  for (const Range4& range : ipv4_) {
    for (std::uint32_t octet = range.first >> 24; octet <= range.last >> 24; ++octet) {
      first_octets_.set(octet);
    }
  }
}

bool SubnetSet::contains(const Address& address) const noexcept {
  return address.is_ipv4() ? find(ipv4_, low_word(address)) : find(ipv6_, address);
}

// False if the text begins as a dotted quad does whose first octet no subnet has. Nothing else that
// is an address has a dot among its first four characters, but ::1.2.3.4 and the like: a colon read
// as a digit makes a number that is no octet. Without a loop over the digits: how many they are is
// what a processor guesses wrong, and all that is read of most addresses.
bool SubnetSet::begins_in(std::string_view text) const noexcept {
  if (text.size() < 4) return true;
  const auto beginning = load<std::uint32_t>(text.data());
  const std::uint32_t zero_at_dots = beginning ^ 0x2E2E2E2E;
  const std::uint32_t dots = (zero_at_dots - 0x01010101) & ~zero_at_dots & 0x80808080;
  if (dots == 0 || (dots & 0x80) != 0) return true;  // none of the four, or the first
  // The digits moved up against the end of the word, zeros before them.
  const std::uint32_t digits = (beginning & 0x0F0F0F0F) << (39 - std::countr_zero(dots));
  const std::uint32_t octet =
      (digits >> 24) + 10 * (digits >> 16 & 0xFF) + 100 * (digits >> 8 & 0xFF);
  return octet > 255 || first_octets_[octet];
}

bool SubnetSet::contains(std::string_view text) const noexcept {
  if (!begins_in(text)) return false;
  const auto address = parse_address(text);
  return address && contains(*address);
}

}  // namespace weir::lookup
