// Sets of subnets against asking each subnet, and against other people's implementations.
#include "lookup/subnet_set.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "../filter/real_data.h"

namespace weir::lookup {
namespace {

Subnet subnet(std::string_view text) {
  const auto parsed = parse_subnet(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Subnet{});
}

TEST(SubnetSet, AnEmptySetHoldsNothing) {
  EXPECT_FALSE(SubnetSet().contains(*parse_address("10.0.0.1")));
  EXPECT_FALSE(SubnetSet().contains(*parse_address("::1")));
}

TEST(SubnetSet, KeepsTheFamiliesApart) {
  const SubnetSet everything6(std::vector{subnet("::/0")});
  EXPECT_TRUE(everything6.contains(*parse_address("2001:db8::1")));
  EXPECT_FALSE(everything6.contains(*parse_address("10.0.0.1")));
  EXPECT_FALSE(everything6.contains(*parse_address("::ffff:10.0.0.1")));
  const SubnetSet everything4(std::vector{subnet("0.0.0.0/0")});
  EXPECT_TRUE(everything4.contains(*parse_address("::ffff:10.0.0.1")));
  EXPECT_FALSE(everything4.contains(*parse_address("::1")));
}

TEST(SubnetSet, AgreesWithAskingEverySubnet) {
  std::mt19937 random(7);
  const auto address = [&] {
    // Few distinct bytes, so that prefixes are shared; half of the addresses are IPv4.
    Address made;
    for (auto& byte : made.bytes) byte = static_cast<std::uint8_t>(random() % 3 * 127);
    if (random() % 2 == 0) {
      for (std::size_t i = 0; i < 12; ++i) made.bytes[i] = i < 10 ? 0 : 0xFF;
    }
    return made;
  };
  int inside = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<Subnet> subnets;
    for (auto n = random() % 40; n > 0; --n) {
      Subnet made{address(), 0};
      const bool v4 = made.network.is_ipv4();
      made.length = static_cast<std::uint8_t>(v4 ? 97 + random() % 32 : 1 + random() % 128);
      for (std::size_t bit = made.length; bit < 128; ++bit) {
        made.network.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
      }
      subnets.push_back(made);
    }
    const SubnetSet set(subnets);
    for (int i = 0; i < 200; ++i) {
      const Address probe = address();
      bool expected = false;
      for (const Subnet& each : subnets) expected = expected || lies_in(probe, each);
      ASSERT_EQ(set.contains(probe), expected);
      inside += expected ? 1 : 0;
    }
  }
  EXPECT_GT(inside, 1000);
}

// What the first characters settle by themselves must be what the whole text says, of addresses in
// both families, of what is nearly one, and of texts too short to be any.
TEST(SubnetSet, ATextIsWhatItsAddressIs) {
  const std::vector<SubnetSet> sets = {
      SubnetSet(),
      SubnetSet(
          std::vector{subnet("10.0.0.0/8"), subnet("192.168.0.0/16"), subnet("2001:db8::/32")}),
      SubnetSet(std::vector{subnet("0.0.0.0/7"), subnet("254.0.0.0/7"), subnet("::/96")}),
      SubnetSet(std::vector{subnet("0.0.0.0/0")}),
      SubnetSet(std::vector{subnet("::/0")}),
  };
  constexpr std::string_view parts[] = {"0",    "1",   "9",   "10",  "99",  "192", "254",
                                        "255",  "256", "300", "010", "168", "",    "ffff",
                                        "2001", "db8", "x",   ":1",  " "};
  std::mt19937 random(11);
  std::size_t inside = 0;
  std::size_t outside = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text(random() % 4 == 0 ? parts[random() % std::size(parts)] : "");
    if (random() % 4 == 0) text += "::";
    for (auto n = random() % 8 == 0 ? random() % 9 : 4; n > 0; --n) {
      text += parts[random() % (random() % 8 == 0 ? std::size(parts) : 8)];
      if (n > 1) text += random() % 16 == 0 ? ':' : '.';
    }
    const auto address = parse_address(text);
    for (const SubnetSet& set : sets) {
      ASSERT_EQ(set.contains(text), address && set.contains(*address)) << text;
      (set.contains(text) ? inside : outside) += 1;
    }
  }
  EXPECT_GT(inside, 50'000U);
  EXPECT_GT(outside, 50'000U);
}

// Verdicts of Go's netip and Python's ipaddress, where they agree. Both keep an IPv4-mapped address
// apart from its IPv4 address; Weir does not, so those are left out.
TEST(SubnetSet, AgreesWithGoAndPython) {
  const std::string text = real_data("ip/contains.json");
  if (text.empty()) GTEST_SKIP() << "the real data (WEIR_DATA) is not there: ip/contains.json";
  int compared = 0;
  for (const auto pair : parsed_json(text).get_array()) {
    const std::string_view network = pair["subnet"];
    const std::string_view host = pair["ip"];
    const auto go = pair["go"];
    if (!go.is_bool() || !pair["py"].is_bool() || bool(go) != bool(pair["py"])) continue;
    const auto parsed_network = parse_subnet(network);
    const auto parsed_host = parse_address(host);
    const auto written_mapped = [](std::string_view written, const Address& address) {
      return address.is_ipv4() && written.find(':') != std::string_view::npos;
    };
    if (!parsed_network || !parsed_host) {
      EXPECT_FALSE(bool(go) && host.find('%') == std::string_view::npos && parsed_network)
          << network << ' ' << host;
      continue;
    }
    if (written_mapped(host, *parsed_host) || written_mapped(network, parsed_network->network)) {
      continue;
    }
    EXPECT_EQ(SubnetSet(std::vector{*parsed_network}).contains(*parsed_host), bool(go))
        << network << ' ' << host;
    ++compared;
  }
  EXPECT_GT(compared, 1000);
}

}  // namespace
}  // namespace weir::lookup
