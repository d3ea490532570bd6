// Which of the information elements of NetFlow v9 and IPFIX Weir reads, and what each is for. Both
// protocols share IANA's numbers up to 127, and exporters of v9 use the later ones too.
//
// Several elements can tell the same thing (octets: 1, 85, 231). Each has a rank; of those in a
// template the one with the lowest rank is read, of equals the first.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir::host {

enum class Slot : std::uint8_t {
  source4,
  source6,
  destination4,
  destination6,
  source_port,
  destination_port,
  protocol,
  octets,
  packets,
  start_uptime,  // milliseconds since the exporter started
  end_uptime,
  start,  // a time of its own, in the element's unit
  end,
  system_start,  // when the exporter started, milliseconds since the epoch
  none,
};
constexpr std::size_t kSlots = static_cast<std::size_t>(Slot::none);

enum class Unit : std::uint8_t {
  none,
  seconds,
  milliseconds,
  ntp,                  // 32 bits of seconds since 1900, 32 bits of fraction
  microseconds_before,  // the export time, which is in the header
};

struct Element {
  Slot slot = Slot::none;
  std::uint8_t rank = 0;
  Unit unit = Unit::none;
};

// The element of IANA's registry (no enterprise number). O(log n); asked when a template is learnt.
Element find_element(std::uint16_t id) noexcept;

// Whether a value of `length` bytes can be read into the slot; 65535 is a variable length.
bool fits(Slot slot, Unit unit, std::uint16_t length) noexcept;

}  // namespace weir::host
