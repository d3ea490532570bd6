// A captured packet, from its link layer to the UDP datagram in it: Ethernet with any number of
// VLAN tags, Linux cooked (both versions), raw IP, BSD loopback; IPv4 with options, IPv6 with
// extension headers. Every read is checked against what was captured. No allocation.
//
// A fragment holds part of a datagram only, so it is counted and left alone.
#pragma once

#include <cstdint>

#include "input/netflow/bytes.h"
#include "input/netflow/exporter.h"

namespace weir::host {

struct UdpDatagram {
  Address source;
  std::uint16_t destination_port = 0;
  Bytes payload;           // what was captured of it
  bool truncated = false;  // the capture holds less than was sent
};

enum class PacketKind : std::uint8_t {
  udp,
  fragment,
  other,      // not IP, not UDP
  malformed,  // headers that contradict themselves, or are cut off
};

// link_type: libpcap's DLT_ value. supports_link() says which are known.
PacketKind read_packet(int link_type, Bytes packet, UdpDatagram& datagram) noexcept;
bool supports_link(int link_type) noexcept;

}  // namespace weir::host
