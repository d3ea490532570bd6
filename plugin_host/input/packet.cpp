#include "input/packet.h"

#include <pcap/dlt.h>

namespace weir::host {
namespace {

constexpr std::uint16_t kIpv4 = 0x0800;
constexpr std::uint16_t kIpv6 = 0x86dd;
constexpr std::uint8_t kUdp = 17;

bool is_vlan(std::uint16_t type) noexcept {
  return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200;
}

PacketKind read_udp(Bytes segment, UdpDatagram& datagram) noexcept {
  if (segment.size() < 8) return PacketKind::malformed;
  datagram.destination_port = load16(&segment[2]);
  const std::size_t length = load16(&segment[4]);
  // 0 is a jumbogram, whose length the IP header alone has.
  if (length != 0 && length < 8) return PacketKind::malformed;
  const std::size_t wanted = length == 0 ? segment.size() : length;
  datagram.truncated = datagram.truncated || wanted > segment.size();
  datagram.payload = segment.first(wanted < segment.size() ? wanted : segment.size()).subspan(8);
  return PacketKind::udp;
}

PacketKind read_ipv4(Bytes packet, UdpDatagram& datagram) noexcept {
  if (packet.size() < 20 || packet[0] >> 4 != 4) return PacketKind::malformed;
  const std::size_t header = std::size_t{packet[0] & 0xfu} * 4;
  std::size_t total = load16(&packet[2]);
  if (total == 0) total = packet.size();  // captured before the network card cut it up
  if (header < 20 || total < header || packet.size() < header) return PacketKind::malformed;
  if (packet[9] != kUdp) return PacketKind::other;
  if ((load16(&packet[6]) & 0x3fffu) != 0) return PacketKind::fragment;
  datagram.source = Address::from_ipv4(&packet[12]);
  // What lies behind the total length is the link layer's padding.
  datagram.truncated = total > packet.size();
  return read_udp(packet.first(total < packet.size() ? total : packet.size()).subspan(header),
                  datagram);
}

// Skips the extension headers. `next` is the protocol behind them.
PacketKind skip_extensions(Bytes& rest, std::uint8_t& next) noexcept {
  for (;;) {
    std::size_t size = 0;
    switch (next) {
      case 0:    // hop by hop
      case 43:   // routing
      case 60:   // destination options
      case 135:  // mobility
        if (rest.size() < 2) return PacketKind::malformed;
        size = (std::size_t{rest[1]} + 1) * 8;
        break;
      case 51:  // authentication
        if (rest.size() < 2) return PacketKind::malformed;
        size = (std::size_t{rest[1]} + 2) * 4;
        break;
      case 44:  // fragment; one with offset 0 and none to follow is a whole packet
        if (rest.size() < 8) return PacketKind::malformed;
        if ((load16(&rest[2]) & 0xfff9u) != 0) {
          return rest[0] == kUdp ? PacketKind::fragment : PacketKind::other;
        }
        size = 8;
        break;
      default:
        return next == kUdp ? PacketKind::udp : PacketKind::other;
    }
    if (rest.size() < size) return PacketKind::malformed;
    next = rest[0];
    rest = rest.subspan(size);
  }
}

PacketKind read_ipv6(Bytes packet, UdpDatagram& datagram) noexcept {
  if (packet.size() < 40 || packet[0] >> 4 != 6) return PacketKind::malformed;
  const std::size_t payload = load16(&packet[4]);
  Bytes rest = packet.subspan(40);
  datagram.truncated = payload > rest.size();
  if (payload != 0 && payload < rest.size()) rest = rest.first(payload);
  std::uint8_t next = packet[6];
  const PacketKind kind = skip_extensions(rest, next);
  if (kind != PacketKind::udp) return kind;
  datagram.source = Address::from_ipv6(&packet[8]);
  return read_udp(rest, datagram);
}

PacketKind read_ip(Bytes packet, UdpDatagram& datagram) noexcept {
  if (packet.empty()) return PacketKind::malformed;
  if (packet[0] >> 4 == 4) return read_ipv4(packet, datagram);
  return packet[0] >> 4 == 6 ? read_ipv6(packet, datagram) : PacketKind::other;
}

// `rest` begins behind the type.
PacketKind read_ethertype(std::uint16_t type, Bytes rest, UdpDatagram& datagram) noexcept {
  while (is_vlan(type)) {
    if (rest.size() < 4) return PacketKind::malformed;
    type = load16(&rest[2]);
    rest = rest.subspan(4);
  }
  if (type == kIpv4) return read_ipv4(rest, datagram);
  return type == kIpv6 ? read_ipv6(rest, datagram) : PacketKind::other;
}

PacketKind read_typed(Bytes packet, std::size_t type_at, std::size_t header,
                      UdpDatagram& datagram) noexcept {
  if (packet.size() < header) return PacketKind::malformed;
  return read_ethertype(load16(&packet[type_at]), packet.subspan(header), datagram);
}

}  // namespace

PacketKind read_packet(int link_type, Bytes packet, UdpDatagram& datagram) noexcept {
  datagram = UdpDatagram{};
  switch (link_type) {
    case DLT_EN10MB:
      return read_typed(packet, 12, 14, datagram);
    case DLT_LINUX_SLL:
      return read_typed(packet, 14, 16, datagram);
    case DLT_LINUX_SLL2:
      return read_typed(packet, 0, 20, datagram);
    case DLT_NULL:
    case DLT_LOOP:
      // The family's number differs by system and byte order; the IP version does not.
      return packet.size() < 4 ? PacketKind::malformed : read_ip(packet.subspan(4), datagram);
    default:
      return supports_link(link_type) ? read_ip(packet, datagram) : PacketKind::other;
  }
}

bool supports_link(int link_type) noexcept {
  switch (link_type) {
    case DLT_EN10MB:
    case DLT_LINUX_SLL:
    case DLT_LINUX_SLL2:
    case DLT_NULL:
    case DLT_LOOP:
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
      return true;
    default:
      return false;
  }
}

}  // namespace weir::host
