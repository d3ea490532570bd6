#include "input/packet.h"

#include <gtest/gtest.h>
#include <pcap/dlt.h>

#include <string>

#include "unit/host/datagram.h"

namespace weir::host {
namespace {

constexpr unsigned kPort = 2055;

Octets udp(std::string_view payload = "flow") {
  Octets segment;
  segment.u16(50000).u16(kPort).u16(static_cast<unsigned>(8 + payload.size())).u16(0);
  return segment.text(payload);
}

Octets ipv4(const Octets& segment, unsigned fragment = 0, unsigned options = 0) {
  const auto header = 20 + options;
  Octets packet;
  packet.u8(0x40 | header / 4).u8(0).u16(static_cast<unsigned>(header + segment.size()));
  packet.u16(1).u16(fragment).u8(64).u8(17).u16(0).ip(192, 0, 2, 1).ip(192, 0, 2, 2);
  return packet.zeros(options).add(segment);
}

Octets ipv6(unsigned next, const Octets& rest) {
  Octets packet;
  packet.u32(0x60000000).u16(static_cast<unsigned>(rest.size())).u8(next).u8(64);
  return packet.u16(0x2001).u16(0xdb8).zeros(11).u8(1).u64(0).u64(2).add(rest);
}

Octets ethernet(unsigned type, const Octets& rest) {
  return Octets().zeros(12).u16(type).add(rest);
}

// The payload lies in the packet, which must outlive it.
PacketKind read_udp(int link, const Octets& packet, UdpDatagram& datagram) {
  return read_packet(link, packet.bytes(), datagram);
}

std::string payload(const UdpDatagram& datagram) {
  return {datagram.payload.begin(), datagram.payload.end()};
}

TEST(Packet, IsReadThroughEveryLinkLayer) {
  const Octets ip = ipv4(udp());
  const Octets vlan = Octets().u16(5).u16(0x0800).add(ip);
  const Octets double_vlan = Octets().u16(5).u16(0x8100).add(vlan);
  const std::pair<int, Octets> cases[] = {{DLT_EN10MB, ethernet(0x0800, ip)},
                                          {DLT_EN10MB, ethernet(0x8100, vlan)},
                                          {DLT_EN10MB, ethernet(0x88a8, double_vlan)},
                                          {DLT_LINUX_SLL, Octets().zeros(14).u16(0x0800).add(ip)},
                                          {DLT_LINUX_SLL2, Octets().u16(0x0800).zeros(18).add(ip)},
                                          {DLT_RAW, ip},
                                          {DLT_IPV4, ip},
                                          {DLT_NULL, Octets().u32(2).add(ip)}};
  for (const auto& [link, packet] : cases) {
    UdpDatagram datagram;
    EXPECT_EQ(read_udp(link, packet, datagram), PacketKind::udp) << link;
    EXPECT_EQ(payload(datagram), "flow") << link;
    EXPECT_EQ(datagram.destination_port, kPort);
    EXPECT_FALSE(datagram.truncated);
  }
}

TEST(Packet, SkipsOptionsAndExtensionHeaders) {
  UdpDatagram datagram;
  const Octets with_options = ipv4(udp(), 0, 12);
  EXPECT_EQ(read_udp(DLT_RAW, with_options, datagram), PacketKind::udp);
  EXPECT_EQ(payload(datagram), "flow");
  Octets extended;  // hop by hop, then destination options of 16 bytes, then a whole "fragment"
  extended.u8(60).u8(0).zeros(6).u8(44).u8(1).zeros(14).u8(17).zeros(7).add(udp());
  const Octets packet = ipv6(0, extended);
  EXPECT_EQ(read_udp(DLT_RAW, packet, datagram), PacketKind::udp);
  EXPECT_EQ(payload(datagram), "flow");
  EXPECT_FALSE(datagram.source.ipv4);
}

TEST(Packet, DropsThePaddingOfTheLinkLayer) {
  UdpDatagram datagram;
  const Octets packet = ethernet(0x0800, ipv4(udp()).zeros(20));
  EXPECT_EQ(read_udp(DLT_EN10MB, packet, datagram), PacketKind::udp);
  EXPECT_EQ(payload(datagram), "flow");
}

TEST(Packet, ThatIsAFragmentIsNotRead) {
  UdpDatagram datagram;
  EXPECT_EQ(read_udp(DLT_RAW, ipv4(udp(), 0x2000), datagram), PacketKind::fragment);  // more follow
  EXPECT_EQ(read_udp(DLT_RAW, ipv4(udp(), 185), datagram), PacketKind::fragment);
  const Octets fragment = Octets().u8(17).u8(0).u16(1).u32(0).add(udp());
  EXPECT_EQ(read_udp(DLT_RAW, ipv6(44, fragment), datagram), PacketKind::fragment);
}

TEST(Packet, ThatIsNotUdpOverIpIsAnother) {
  UdpDatagram datagram;
  EXPECT_EQ(read_udp(DLT_EN10MB, ethernet(0x0806, Octets().zeros(28)), datagram),
            PacketKind::other);
  EXPECT_EQ(read_udp(DLT_RAW, ipv6(6, Octets().zeros(20)), datagram), PacketKind::other);
}

TEST(Packet, TellsThatTheCaptureCutItsPayload) {
  UdpDatagram datagram;
  const Octets packet = ethernet(0x0800, ipv4(udp("0123456789")));
  const Bytes bytes(packet.bytes());
  EXPECT_EQ(read_packet(DLT_EN10MB, bytes.first(bytes.size() - 4), datagram), PacketKind::udp);
  EXPECT_TRUE(datagram.truncated);
  EXPECT_EQ(payload(datagram), "012345");
}

TEST(Packet, IsNeverReadBeyondWhatWasCaptured) {
  Octets extended;
  extended.u8(17).u8(0).zeros(6).add(udp());
  const std::pair<int, Octets> cases[] = {
      {DLT_EN10MB, ethernet(0x8100, Octets().u16(1).u16(0x86dd).add(ipv6(0, extended)))},
      {DLT_LINUX_SLL2, Octets().u16(0x0800).zeros(18).add(ipv4(udp(), 0, 8))}};
  for (const auto& [link, packet] : cases) {
    for (std::size_t size = 0; size < packet.size(); ++size) {
      // A copy of just that size, so that a sanitizer sees a byte too many.
      const std::vector<std::uint8_t> cut(
          packet.bytes().begin(), packet.bytes().begin() + static_cast<std::ptrdiff_t>(size));
      UdpDatagram datagram;
      const PacketKind kind = read_packet(link, cut, datagram);
      EXPECT_TRUE(kind == PacketKind::malformed || (kind == PacketKind::udp && datagram.truncated))
          << size;
    }
  }
}

TEST(Packet, OfAnIpv4MappedExporterIsOfTheIpv4Exporter) {
  const std::uint8_t mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3};
  EXPECT_EQ(Address::from_ipv6(mapped), Address::from_ipv4(mapped + 12));
}

}  // namespace
}  // namespace weir::host
