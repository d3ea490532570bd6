#include "lookup/prefix_map.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace weir::lookup {
namespace {

// A network while the map is built. Both ends belong to it.
template <class Point>
struct Network {
  Point first;
  Point last;
  std::uint32_t value;
};

std::uint32_t after(std::uint32_t at) noexcept { return at + 1; }
WideNumber after(const WideNumber& at) noexcept {
  return {at.high + (at.low + 1 == 0 ? 1 : 0), at.low + 1};
}

// From `first` on the value counts: what was said of the same place before does not.
template <class Range, class Point>
void begin_range(std::vector<Range>& ranges, const Point& first, std::uint32_t value) {
  if (!ranges.empty() && ranges.back().first == first) ranges.pop_back();
  if (ranges.empty() || ranges.back().value != value) ranges.push_back({first, value});
}

// Networks either nest or are apart: sorted by their beginnings, larger ones first, those that are
// open at a place are a stack, and the topmost is the smallest.
template <class Range, class Point>
std::vector<Range> lay_out(std::vector<Network<Point>> networks) {
  std::vector<Range> ranges;
  if (networks.empty()) return ranges;
  std::stable_sort(networks.begin(), networks.end(), [](const auto& a, const auto& b) {
    return a.first < b.first || (a.first == b.first && b.last < a.last);
  });
  ranges.reserve(networks.size() * 2 + 1);
  begin_range(ranges, Point{}, PrefixMap::none);
  std::vector<const Network<Point>*> open;
  const auto close = [&] {
    const Point next = after(open.back()->last);
    open.pop_back();
    if (next == Point{}) return;  // behind the last address there is nothing
    begin_range(ranges, next, open.empty() ? PrefixMap::none : open.back()->value);
  };
  for (const Network<Point>& network : networks) {
    while (!open.empty() && open.back()->last < network.first) close();
    begin_range(ranges, network.first, network.value);
    open.push_back(&network);
  }
  while (!open.empty()) close();
  ranges.shrink_to_fit();
  return ranges;
}

// The last range that begins at or before `at`. The loop has no branch that depends on the data.
template <class Range, class Point>
std::uint32_t value_at(const std::vector<Range>& ranges, const Point& at) noexcept {
  std::size_t count = ranges.size();
  if (count == 0) return PrefixMap::none;
  const Range* base = ranges.data();
  while (count > 1) {
    const std::size_t half = count / 2;
    base = at < base[half].first ? base : base + half;
    count -= half;
  }
  return base->value;
}

}  // namespace

PrefixMap::PrefixMap(std::span<const Entry> entries) {
  std::vector<Network<std::uint32_t>> ipv4;
  std::vector<Network<WideNumber>> ipv6;
  for (const Entry& entry : entries) {
    const Address& first = entry.subnet.network;
    const Address last = last_address(entry.subnet);
    if (is_ipv4(entry.subnet))
      ipv4.push_back({low_word(first), low_word(last), entry.value});
    else
      ipv6.push_back({wide_number(first), wide_number(last), entry.value});
  }
  ipv4_ = lay_out<Range4>(std::move(ipv4));
  ipv6_ = lay_out<Range6>(std::move(ipv6));
}

std::uint32_t PrefixMap::find(const Address& address) const noexcept {
  return address.is_ipv4() ? value_at(ipv4_, low_word(address))
                           : value_at(ipv6_, wide_number(address));
}

}  // namespace weir::lookup
