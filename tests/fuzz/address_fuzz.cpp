// Any bytes as addresses, subnets and ranges of them: an address is one exactly if the system's own
// parser says so, a range is made up of its subnets, and a set of subnets holds what one of them
// does. Each line is one text.

#include <arpa/inet.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "lookup/address_range.h"
#include "lookup/subnet_set.h"

namespace {

using weir::Address;
using weir::Subnet;

void compare_with_system(std::string_view text) {
  const auto address = weir::parse_address(text);
  const std::string copy(text);
  Address system;
  std::memset(system.bytes.data() + 10, 0xff, 2);
  const bool is_text = copy.find('\0') == std::string::npos;
  const bool ipv4 = is_text && inet_pton(AF_INET, copy.c_str(), system.bytes.data() + 12) == 1;
  const bool good =
      ipv4 || (is_text && inet_pton(AF_INET6, copy.c_str(), system.bytes.data()) == 1);
  if (good != address.has_value()) std::abort();
  if (good && *address != system) std::abort();
}

// Its subnets stand one behind the other, from the first address to the last.
void check_range(std::string_view text, std::vector<Subnet>& subnets,
                 std::vector<Address>& addresses) {
  weir::lookup::AddressRange range;
  std::string_view problem;
  if (!weir::lookup::parse_range(text, range, problem)) {
    if (problem.empty()) std::abort();
    return;
  }
  if (range.last < range.first) std::abort();
  // A subnet of IPv6 may end among the addresses that are IPv4's: ::ffff:0:0/94.
  if (range.first.is_ipv4() && !range.last.is_ipv4()) std::abort();
  std::size_t count = 0;
  Address last{};
  weir::lookup::split(range, [&](const Subnet& subnet) {
    if (subnet.network < range.first || range.last < weir::lookup::last_address(subnet))
      std::abort();
    if (count++ != 0 && !(last < subnet.network)) std::abort();
    last = weir::lookup::last_address(subnet);
    subnets.push_back(subnet);
  });
  if (count > 254) std::abort();
  addresses.push_back(range.first);
  addresses.push_back(range.last);
  addresses.push_back(last);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  std::vector<Subnet> subnets;
  std::vector<Address> addresses;
  std::vector<std::string_view> texts;
  for (std::size_t at = 0; at < size && subnets.size() < 2000;) {
    const std::size_t end = std::min(all.find('\n', at), size);
    const std::string_view text = all.substr(at, end - at);
    at = end + 1;
    texts.push_back(text);
    compare_with_system(text);
    check_range(text, subnets, addresses);
    if (const auto subnet = weir::parse_subnet(text)) {
      if (!subnet->contains(subnet->network)) std::abort();
      subnets.push_back(*subnet);
      addresses.push_back(weir::lookup::last_address(*subnet));
    }
    if (const auto address = weir::parse_address(text)) addresses.push_back(*address);
  }
  const weir::lookup::SubnetSet set(subnets);
  if (addresses.size() > 200) addresses.resize(200);
  for (const Address& address : addresses) {
    bool found = false;
    for (const Subnet& subnet : subnets) found = found || weir::lookup::lies_in(address, subnet);
    if (set.contains(address) != found) std::abort();
  }
  for (const std::string_view text : texts) {
    const auto address = weir::parse_address(text);
    if (set.contains(text) != (address && set.contains(*address))) std::abort();
  }
  return 0;
}
