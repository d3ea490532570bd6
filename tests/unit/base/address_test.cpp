// Addresses, UUIDs and the memory of a chunk.

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/bump.h"
#include "base/ip.h"
#include "base/moment.h"
#include "base/uuid.h"
#include "real_data.h"

namespace weir {
namespace {

bool inside(std::string_view subnet, std::string_view address) {
  return parse_subnet(subnet).value().contains(parse_address(address).value());
}

TEST(Address, ReadsBothFamilies) {
  const Address quad = parse_address("10.0.0.255").value();
  EXPECT_TRUE(quad.is_ipv4());
  EXPECT_EQ(quad.bytes,
            (std::array<std::uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 255}));
  const Address long_form = parse_address("2001:DB8:0:0:0:0:0:1").value();
  EXPECT_EQ(long_form, parse_address("2001:db8::1").value());
  EXPECT_EQ(long_form, parse_address("2001:db8::0:0.0.0.1").value());
  EXPECT_FALSE(long_form.is_ipv4());
  EXPECT_EQ(parse_address("::").value(), Address{});
  EXPECT_EQ(parse_address("1:2:3:4:5:6:7::").value(), parse_address("1:2:3:4:5:6:7:0").value());
}

TEST(Address, TakesAMappedOneForItsIpv4Address) {
  EXPECT_EQ(parse_address("::ffff:1.2.3.4"), parse_address("1.2.3.4"));
  EXPECT_EQ(parse_address("::FFFF:102:304"), parse_address("1.2.3.4"));
  EXPECT_TRUE(inside("1.2.0.0/16", "::ffff:1.2.3.4"));
}

TEST(Address, RefusesEverythingElse) {
  for (const char* text : {"",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.256",
                           "01.2.3.4",
                           "1.2.3.04",
                           "1.2.3.",
                           ".1.2.3",
                           " 1.2.3.4",
                           "1.2.3.4 ",
                           "0x1.2.3.4",
                           "1.2.3.4/32",
                           ":",
                           ":::",
                           "1::2::3",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::",
                           "::1:2:3:4:5:6:7:8",
                           "12345::",
                           "g::",
                           "fe80::1%eth0",
                           "1:",
                           ":1",
                           "::1.2.3",
                           "1.2.3.4::",
                           "::1.2.3.4:5",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "[::1]"})
    EXPECT_FALSE(parse_address(text).has_value()) << text;
}

TEST(Subnet, ClearsHostBitsAndTakesABareAddressWhole) {
  EXPECT_EQ(parse_subnet("10.1.2.3/8").value().network, parse_address("10.0.0.0").value());
  EXPECT_EQ(parse_subnet("10.1.2.3/8").value().length, 104);
  EXPECT_EQ(parse_subnet("10.1.2.3").value().length, 128);
  EXPECT_EQ(parse_subnet("2001:db8:ffff::/33").value().network,
            parse_address("2001:db8:8000::").value());
}

TEST(Subnet, HoldsExactlyItsAddresses) {
  EXPECT_TRUE(inside("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(inside("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(inside("192.168.1.128/25", "192.168.1.128"));
  EXPECT_FALSE(inside("192.168.1.128/25", "192.168.1.127"));
  EXPECT_TRUE(inside("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(inside("0.0.0.0/0", "::1"));
  EXPECT_TRUE(inside("fe80::/10", "febf::1"));
  EXPECT_FALSE(inside("fe80::/10", "fec0::"));
  EXPECT_TRUE(inside("1.2.3.4", "1.2.3.4"));
  EXPECT_FALSE(inside("1.2.3.4", "1.2.3.5"));
}

TEST(Subnet, RefusesABadLength) {
  for (const char* text : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/+8",
                           "10.0.0.0/8/8", "::/129", "/8", "10.0.0.0/8 ", "10.0.0/8", "::1%lo/64"})
    EXPECT_FALSE(parse_subnet(text).has_value()) << text;
}

// One of {s, py_addr, go_addr, py_net, go_prefix}: null where that program refuses the text.
TEST(Address, AgreesWithGoAndCPythonWhereTheyAgree) {
  const std::string text = real_data("ip/parse.json");
  if (text.empty()) GTEST_SKIP() << "the real data is not there: set WEIR_DATA";
  std::size_t cases = 0;
  for (const simdjson::dom::element one : parsed_json(text).get_array()) {
    const std::string_view s = one["s"];
    if (one["py_addr"].is_null() != one["go_addr"].is_null()) continue;
    if (s.find('%') != std::string_view::npos) continue;  // a zone: not for events
    EXPECT_EQ(parse_address(s).has_value(), !one["py_addr"].is_null()) << s;
    ++cases;
  }
  EXPECT_GT(cases, 100U);
}

TEST(Subnet, AgreesWithGoAndCPythonWhereTheyAgree) {
  const std::string text = real_data("ip/contains.json");
  if (text.empty()) GTEST_SKIP() << "the real data is not there: set WEIR_DATA";
  std::size_t cases = 0;
  const auto is_v4 = [](std::string_view s) { return s.find(':') == std::string_view::npos; };
  for (const simdjson::dom::element one : parsed_json(text).get_array()) {
    const std::string_view subnet = one["subnet"], ip = one["ip"];
    if (bool(one["go"]) != bool(one["py"]) || ip.find('%') != std::string_view::npos) continue;
    const auto network = parse_subnet(subnet);
    const auto address = parse_address(ip);
    ASSERT_TRUE(network.has_value() && address.has_value()) << subnet << " " << ip;
    if ((address->is_ipv4() && !is_v4(ip)) || (network->network.is_ipv4() && !is_v4(subnet)))
      continue;
    EXPECT_EQ(network->contains(*address), bool(one["go"])) << subnet << " " << ip;
    ++cases;
  }
  EXPECT_GT(cases, 100U);
}

constexpr std::string_view dns_space = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

// RFC 9562, appendix A.4, and CPython's documentation of uuid5.
TEST(Uuid, OfANameIsThatOfTheStandard) {
  const Uuid space = parse_uuid(dns_space).value();
  EXPECT_EQ(to_string(uuid_v5(space, "www.example.com")), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_EQ(to_string(uuid_v5(space, "python.org")), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
}

TEST(Uuid, ReadsEitherCaseAndWritesLowerCase) {
  EXPECT_EQ(to_string(parse_uuid("6BA7B810-9DAD-11D1-80B4-00C04FD430C8").value()), dns_space);
}

TEST(Uuid, RefusesOtherText) {
  for (const char* text :
       {"", "6ba7b810-9dad-11d1-80b4-00c04fd430c", "6ba7b810-9dad-11d1-80b4-00c04fd430c8 ",
        "6ba7b8109dad11d180b400c04fd430c8", "6ba7b810x9dad-11d1-80b4-00c04fd430c8",
        "6ba7b810-9dad-11d1-80b4-00c04fd430cg", "{6ba7b810-9dad-11d1-80b4-00c04fd430c}"})
    EXPECT_FALSE(parse_uuid(text).has_value()) << text;
}

TEST(Bump, PiecesAreAlignedApartAndKeepTheirContent) {
  Bump bump;
  std::mt19937_64 random(3);
  std::vector<std::pair<std::string, std::string_view>> pieces;
  for (int i = 0; i < 2000; ++i) {
    std::string text(random() % 300 + (i % 500 == 0 ? 40'000 : 0), static_cast<char>('a' + i % 26));
    const std::string_view copy = bump.copy(text);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(copy.data()) % 8, 0U);
    EXPECT_EQ(copy.data()[copy.size()], '\0');
    pieces.emplace_back(std::move(text), copy);
  }
  for (const auto& [text, copy] : pieces) ASSERT_EQ(text, copy);
}

TEST(Bump, KeepsItsLargestBlockAcrossResets) {
  Bump bump;
  bump.take(100);
  bump.take(1'000'000);
  bump.reset();
  const char* const first = bump.take(900'000);
  bump.reset();
  EXPECT_EQ(bump.take(900'000), first);
}

TEST(Time, RoundsDownToMilliseconds) {
  EXPECT_EQ(Time{1'999'999}.millis(), 1);
  EXPECT_EQ(Time{-1}.millis(), -1);
  EXPECT_EQ(Time{-1'000'000}.millis(), -1);
  EXPECT_EQ(Time{-1'000'001}.millis(), -2);
}

}  // namespace
}  // namespace weir
