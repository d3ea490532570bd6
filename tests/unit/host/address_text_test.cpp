#include "input/netflow/address_text.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

namespace weir::host {
namespace {

std::string written_ipv6(const char* text) {
  std::uint8_t bytes[16];
  char out[kAddressText];
  EXPECT_EQ(::inet_pton(AF_INET6, text, bytes), 1) << text;
  return {out, write_ipv6(bytes, out)};
}

std::string written_ipv4(const char* text) {
  std::uint8_t bytes[4];
  char out[kAddressText];
  EXPECT_EQ(::inet_pton(AF_INET, text, bytes), 1) << text;
  return {out, write_ipv4(bytes, out)};
}

TEST(AddressText, WritesIpv4Dotted) {
  for (const char* text : {"0.0.0.0", "1.20.255.9", "255.255.255.255", "100.10.1.0"}) {
    EXPECT_EQ(written_ipv4(text), text);
  }
}

TEST(AddressText, WritesIpv6AsRfc5952Does) {
  for (const char* text : {"::", "::1", "1::", "2001:db8::1", "fe80::1:2:3:4", "1:2:3:4:5:6:7:8",
                           "2001:db8:0:1:1:1:1:1", "ff02::1:ff5e:31ba", "a::b:0:0:c"}) {
    EXPECT_EQ(written_ipv6(text), text);
  }
}

TEST(AddressText, ShortensTheLongestRunAndOfEqualsTheFirst) {
  EXPECT_EQ(written_ipv6("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  EXPECT_EQ(written_ipv6("1:0:0:2:0:0:0:3"), "1:0:0:2::3");
}

TEST(AddressText, WritesAMappedAddressWithADottedTailAndNoOther) {
  EXPECT_EQ(written_ipv6("::ffff:102:304"), "::ffff:1.2.3.4");
  EXPECT_EQ(written_ipv6("::1.2.3.4"), "::102:304");
  EXPECT_EQ(written_ipv6("64:ff9b::1.2.3.4"), "64:ff9b::102:304");
}

}  // namespace
}  // namespace weir::host
