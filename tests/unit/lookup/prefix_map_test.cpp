#include "lookup/prefix_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/subnet_set.h"

namespace weir::lookup {
namespace {

PrefixMap::Entry subnet_entry(std::string_view subnet, std::uint32_t value) {
  return {*parse_subnet(subnet), value};
}

std::uint32_t find(const PrefixMap& map, std::string_view address) {
  return map.find(*parse_address(address));
}

TEST(PrefixMap, AnEmptyMapKnowsNothing) {
  EXPECT_EQ(find(PrefixMap(), "10.0.0.1"), PrefixMap::none);
  EXPECT_EQ(find(PrefixMap(), "::1"), PrefixMap::none);
  const PrefixMap of_nothing{std::vector<PrefixMap::Entry>{}};
  EXPECT_EQ(find(of_nothing, "0.0.0.0"), PrefixMap::none);
}

TEST(PrefixMap, TheLongestPrefixCounts) {
  const PrefixMap map(std::vector{subnet_entry("10.1.2.0/24", 3), subnet_entry("10.0.0.0/8", 1),
                                  subnet_entry("10.1.0.0/16", 2), subnet_entry("10.1.2.3", 4)});
  EXPECT_EQ(find(map, "9.255.255.255"), PrefixMap::none);
  EXPECT_EQ(find(map, "10.0.0.0"), 1);
  EXPECT_EQ(find(map, "10.1.0.0"), 2);
  EXPECT_EQ(find(map, "10.1.2.0"), 3);
  EXPECT_EQ(find(map, "10.1.2.2"), 3);
  EXPECT_EQ(find(map, "10.1.2.3"), 4);
  EXPECT_EQ(find(map, "10.1.2.4"), 3);
  EXPECT_EQ(find(map, "10.1.3.0"), 2);
  EXPECT_EQ(find(map, "10.2.0.0"), 1);
  EXPECT_EQ(find(map, "10.255.255.255"), 1);
  EXPECT_EQ(find(map, "11.0.0.0"), PrefixMap::none);
}

TEST(PrefixMap, NetworksMayEndAtTheSamePlace) {
  const PrefixMap map(std::vector{subnet_entry("255.255.255.255", 3), subnet_entry("0.0.0.0/0", 1),
                                  subnet_entry("255.255.255.0/24", 2), subnet_entry("0.0.0.0", 4)});
  EXPECT_EQ(find(map, "0.0.0.0"), 4);
  EXPECT_EQ(find(map, "0.0.0.1"), 1);
  EXPECT_EQ(find(map, "255.255.255.254"), 2);
  EXPECT_EQ(find(map, "255.255.255.255"), 3);
  const PrefixMap wide(std::vector{subnet_entry("ffff::/16", 2), subnet_entry("::/0", 1),
                                   subnet_entry("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 3)});
  EXPECT_EQ(find(wide, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"), 2);
  EXPECT_EQ(find(wide, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 3);
  EXPECT_EQ(find(wide, "::"), 1);
}

TEST(PrefixMap, NetworksMayMeetInTheMiddleOf128Bits) {
  const PrefixMap map(
      std::vector{subnet_entry("2001:db8::/64", 1), subnet_entry("2001:db8:0:2::/64", 2)});
  EXPECT_EQ(find(map, "2001:db8::ffff:ffff:ffff:ffff"), 1);
  EXPECT_EQ(find(map, "2001:db8:0:1::"), PrefixMap::none);
  EXPECT_EQ(find(map, "2001:db8:0:1:ffff:ffff:ffff:ffff"), PrefixMap::none);
  EXPECT_EQ(find(map, "2001:db8:0:2::"), 2);
}

TEST(PrefixMap, OfDuplicatesTheLaterCounts) {
  const PrefixMap map(std::vector{subnet_entry("10.0.0.0/8", 1), subnet_entry("10.9.0.0/16", 7),
                                  subnet_entry("10.0.0.0/8", 2), subnet_entry("2001:db8::/32", 3),
                                  subnet_entry("2001:db8::/32", 4)});
  EXPECT_EQ(find(map, "10.0.0.1"), 2);
  EXPECT_EQ(find(map, "10.9.0.1"), 7);
  EXPECT_EQ(find(map, "10.10.0.0"), 2);
  EXPECT_EQ(find(map, "11.0.0.0"), PrefixMap::none);
  EXPECT_EQ(find(map, "2001:db8::1"), 4);
  EXPECT_EQ(find(map, "2001:db9::"), PrefixMap::none);
}

TEST(PrefixMap, KeepsTheFamiliesApart) {
  const PrefixMap map(std::vector{subnet_entry("::/0", 6), subnet_entry("10.0.0.0/8", 4)});
  EXPECT_EQ(find(map, "10.0.0.1"), 4);
  EXPECT_EQ(find(map, "::ffff:10.0.0.1"), 4);
  EXPECT_EQ(find(map, "11.0.0.1"), PrefixMap::none);
  EXPECT_EQ(find(map, "::ffff:11.0.0.1"), PrefixMap::none);
  EXPECT_EQ(find(map, "::fffe:ffff:ffff"), 6);
  EXPECT_EQ(find(map, "::1:0:0:0"), 6);
}

// ---- Against a scan of all entries.

std::uint32_t scan(const std::vector<PrefixMap::Entry>& entries, const Address& address) {
  std::uint32_t value = PrefixMap::none;
  int longest = -1;
  for (const PrefixMap::Entry& one : entries) {
    if (!lies_in(address, one.subnet) || one.subnet.length < longest) continue;
    longest = one.subnet.length;
    value = one.value;
  }
  return value;
}

// Few bits differ, so that networks nest, repeat and touch.
Address random_address(std::mt19937& random, bool ipv4) {
  Address address = *parse_address(ipv4 ? "10.0.0.0" : "2001:db8::");
  if (random() % 8 == 0) address = *parse_address(ipv4 ? "0.0.0.0" : "::");
  if (random() % 8 == 0)
    address = *parse_address(ipv4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  const std::size_t from = ipv4 ? 96 : 0;
  for (auto flips = random() % 6; flips > 0; --flips) {
    const std::size_t bit = from + random() % (128 - from);
    address.bytes[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
  }
  return address;
}

Subnet random_subnet(std::mt19937& random) {
  const bool ipv4 = random() % 2 == 0;
  Subnet subnet{random_address(random, ipv4)};
  subnet.length = static_cast<std::uint8_t>(ipv4 ? 96 + random() % 33 : random() % 129);
  for (std::size_t bit = subnet.length; bit < 128; ++bit)
    subnet.network.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  return subnet;
}

// The address beside it, around the end of the numbers.
Address step(Address address, bool up) {
  for (std::size_t i = 16; i-- > 0;) {
    address.bytes[i] = static_cast<std::uint8_t>(address.bytes[i] + (up ? 1 : 255));
    if (address.bytes[i] != (up ? 0 : 255)) break;
  }
  return address;
}

TEST(PrefixMap, AgreesWithAScanOfAllEntries) {
  std::mt19937 random(6);
  std::size_t found = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<PrefixMap::Entry> entries(random() % 60);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const bool again = i > 0 && random() % 10 == 0;
      entries[i] = {again ? entries[random() % i].subnet : random_subnet(random),
                    static_cast<std::uint32_t>(random() % 20)};
    }
    std::vector<Address> asked;
    for (const PrefixMap::Entry& one : entries) {
      const Address last = last_address(one.subnet);
      asked.insert(asked.end(),
                   {one.subnet.network, step(one.subnet.network, false), last, step(last, true)});
    }
    for (int i = 0; i < 100; ++i) asked.push_back(random_address(random, i % 2 == 0));
    const PrefixMap map(entries);
    for (const Address& address : asked) {
      const std::uint32_t expected = scan(entries, address);
      ASSERT_EQ(map.find(address), expected) << "round " << round;
      found += expected != PrefixMap::none;
    }
  }
  EXPECT_GT(found, 10000U);
}

}  // namespace
}  // namespace weir::lookup
