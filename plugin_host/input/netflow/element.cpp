#include "input/netflow/element.h"

#include <algorithm>
#include <array>
#include <utility>

#include "input/netflow/template.h"

namespace weir::host {
namespace {

using Entry = std::pair<std::uint16_t, Element>;

// Sorted by id. The comments are IANA's names.
constexpr std::array kElements = {
    Entry{1, {Slot::octets, 0, {}}},                          // octetDeltaCount
    Entry{2, {Slot::packets, 0, {}}},                         // packetDeltaCount
    Entry{4, {Slot::protocol, 0, {}}},                        // protocolIdentifier
    Entry{7, {Slot::source_port, 0, {}}},                     // sourceTransportPort
    Entry{8, {Slot::source4, 0, {}}},                         // sourceIPv4Address
    Entry{11, {Slot::destination_port, 0, {}}},               // destinationTransportPort
    Entry{12, {Slot::destination4, 0, {}}},                   // destinationIPv4Address
    Entry{21, {Slot::end_uptime, 0, {}}},                     // flowEndSysUpTime
    Entry{22, {Slot::start_uptime, 0, {}}},                   // flowStartSysUpTime
    Entry{23, {Slot::octets, 3, {}}},                         // postOctetDeltaCount
    Entry{24, {Slot::packets, 3, {}}},                        // postPacketDeltaCount
    Entry{27, {Slot::source6, 0, {}}},                        // sourceIPv6Address
    Entry{28, {Slot::destination6, 0, {}}},                   // destinationIPv6Address
    Entry{85, {Slot::octets, 1, {}}},                         // octetTotalCount
    Entry{86, {Slot::packets, 1, {}}},                        // packetTotalCount
    Entry{150, {Slot::start, 3, Unit::seconds}},              // flowStartSeconds
    Entry{151, {Slot::end, 3, Unit::seconds}},                // flowEndSeconds
    Entry{152, {Slot::start, 0, Unit::milliseconds}},         // flowStartMilliseconds
    Entry{153, {Slot::end, 0, Unit::milliseconds}},           // flowEndMilliseconds
    Entry{154, {Slot::start, 2, Unit::ntp}},                  // flowStartMicroseconds
    Entry{155, {Slot::end, 2, Unit::ntp}},                    // flowEndMicroseconds
    Entry{156, {Slot::start, 1, Unit::ntp}},                  // flowStartNanoseconds
    Entry{157, {Slot::end, 1, Unit::ntp}},                    // flowEndNanoseconds
    Entry{158, {Slot::start, 4, Unit::microseconds_before}},  // flowStartDeltaMicroseconds
    Entry{159, {Slot::end, 4, Unit::microseconds_before}},    // flowEndDeltaMicroseconds
    Entry{160, {Slot::system_start, 0, Unit::milliseconds}},  // systemInitTimeMilliseconds
    Entry{180, {Slot::source_port, 1, {}}},                   // udpSourcePort
    Entry{181, {Slot::destination_port, 1, {}}},              // udpDestinationPort
    Entry{182, {Slot::source_port, 2, {}}},                   // tcpSourcePort
    Entry{183, {Slot::destination_port, 2, {}}},              // tcpDestinationPort
    Entry{231, {Slot::octets, 2, {}}},                        // initiatorOctets
    Entry{298, {Slot::packets, 2, {}}},                       // initiatorPackets
};

static_assert(std::is_sorted(kElements.begin(), kElements.end(),
                             [](const Entry& a, const Entry& b) { return a.first < b.first; }));

}  // namespace

Element find_element(std::uint16_t id) noexcept {
  const auto found = std::lower_bound(
      kElements.begin(), kElements.end(), id,
      [](const Entry& entry, std::uint16_t wanted) { return entry.first < wanted; });
  return found != kElements.end() && found->first == id ? found->second : Element{};
}

bool fits(Slot slot, Unit unit, std::uint16_t length) noexcept {
  if (length == kVariableLength) return true;  // checked again in every record
  switch (slot) {
    case Slot::none:
      return false;
    case Slot::source4:
    case Slot::destination4:
      return length == 4;
    case Slot::source6:
    case Slot::destination6:
      return length == 16;
    default:
      return unit == Unit::ntp ? length == 8 : length >= 1 && length <= 8;
  }
}

}  // namespace weir::host
