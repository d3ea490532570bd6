#include "input/netflow/record.h"

#include <algorithm>
#include <limits>

#include "input/netflow/bytes.h"
#include "input/netflow/protocol_names.h"

namespace weir::host {
namespace {

constexpr std::int64_t kMaxInteger = std::numeric_limits<std::int64_t>::max();

Place place(const Plan& plan, Slot slot) noexcept { return plan[static_cast<std::size_t>(slot)]; }

std::uint64_t read(const std::uint8_t* record, Place at) noexcept {
  return load_integer(record + at.offset, at.length);
}

bool is_zero(const std::uint8_t* bytes, std::size_t size) noexcept {
  return std::all_of(bytes, bytes + size, [](std::uint8_t byte) { return byte == 0; });
}

// Some exporters send both families in every record, and zeros in the one that is not meant. The
// pair decides: `::` to a multicast group is a real IPv6 flow, `0.0.0.0` to 255.255.255.255 an IPv4
// one.
bool is_ipv6(const std::uint8_t* record, const Plan& plan) noexcept {
  const Place source6 = place(plan, Slot::source6);
  const Place destination6 = place(plan, Slot::destination6);
  if (source6.length == 0 && destination6.length == 0) return false;
  const Place source4 = place(plan, Slot::source4);
  const Place destination4 = place(plan, Slot::destination4);
  if (source4.length == 0 && destination4.length == 0) return true;
  const bool zero4 = is_zero(record + source4.offset, source4.length) &&
                     is_zero(record + destination4.offset, destination4.length);
  const bool zero6 = is_zero(record + source6.offset, source6.length) &&
                     is_zero(record + destination6.offset, destination6.length);
  return zero4 && !zero6;
}

void write_addresses(const std::uint8_t* record, const Plan& plan, Flow& flow) noexcept {
  const bool six = is_ipv6(record, plan);
  const auto write = [&](FlowField field, Place at) {
    if (at.length == 0) {
      flow.set_absent(field);
    } else if (six) {
      flow.set_ipv6(field, record + at.offset);
    } else {
      flow.set_ipv4(field, record + at.offset);
    }
  };
  write(FlowField::source_address, place(plan, six ? Slot::source6 : Slot::source4));
  write(FlowField::destination_address, place(plan, six ? Slot::destination6 : Slot::destination4));
}

void write_integer(const std::uint8_t* record, Place at, FlowField field, Flow& flow) noexcept {
  if (at.length == 0) return flow.set_absent(field);
  const std::uint64_t value = read(record, at);
  if (value > static_cast<std::uint64_t>(kMaxInteger)) return flow.set_absent(field);
  flow.set_integer(field, static_cast<std::int64_t>(value));
}

void write_protocol(const std::uint8_t* record, Place at, Flow& flow) noexcept {
  if (at.length == 0) return flow.set_absent(FlowField::transport_protocol);
  const std::uint64_t number = read(record, at);
  const std::string_view name =
      number < 256 ? protocol_name(static_cast<std::uint8_t>(number)) : std::string_view{};
  if (name.empty()) return flow.set_decimal(FlowField::transport_protocol, number);
  flow.set_text(FlowField::transport_protocol, name);
}

// NTP's 64 bits, RFC 5905: seconds since 1900 and a fraction. Seconds below 1970 are of the era
// that begins in 2036.
std::int64_t from_ntp(std::uint64_t time) noexcept {
  constexpr std::int64_t epoch = 2208988800;  // 1970 in seconds since 1900
  std::int64_t seconds = static_cast<std::int64_t>(time >> 32) - epoch;
  if (seconds < 0) seconds += std::int64_t{1} << 32;
  return seconds * 1000 + static_cast<std::int64_t>(((time & 0xffffffffu) * 1000) >> 32);
}

// A time in the element's own unit, as milliseconds since the epoch. False when it is beyond them.
bool absolute_time(std::uint64_t value, Unit unit, const ExportContext& context,
                   std::int64_t& time) noexcept {
  constexpr auto limit = static_cast<std::uint64_t>(kMaxInteger / 1000);
  if (unit == Unit::ntp) {
    time = from_ntp(value);
    return true;
  }
  if (value > limit) return false;
  const auto number = static_cast<std::int64_t>(value);
  time = unit == Unit::seconds               ? number * 1000
         : unit == Unit::microseconds_before ? context.export_time - number / 1000
                                             : number;
  return true;
}

// A time in milliseconds of the exporter's uptime. In v5 and v9 the distance from the header's
// uptime, modulo 2^32 and signed: a flow may end a little after the header was written.
bool uptime_time(std::uint64_t value, bool knows_start, std::int64_t system_start,
                 const ExportContext& context, std::int64_t& time) noexcept {
  if (context.counts_uptime) {
    const auto before =
        static_cast<std::int32_t>(context.uptime - static_cast<std::uint32_t>(value));
    time = context.export_time - before;
    return true;
  }
  if (!knows_start || value > static_cast<std::uint64_t>(kMaxInteger / 2)) return false;
  time = system_start + static_cast<std::int64_t>(value);
  return true;
}

void write_times(const std::uint8_t* record, const Plan& plan, Unit start_unit, Unit end_unit,
                 const ExportContext& context, Flow& flow) noexcept {
  bool knows_start = context.knows_start;
  std::int64_t system_start = context.system_start;
  if (const Place at = place(plan, Slot::system_start); at.length != 0) {
    const std::uint64_t value = read(record, at);
    knows_start = value < static_cast<std::uint64_t>(kMaxInteger / 2);
    system_start = knows_start ? static_cast<std::int64_t>(value) : 0;
  }
  const auto write = [&](FlowField field, Place absolute, Unit unit, Place uptime) {
    std::int64_t time = 0;
    const bool known =
        (absolute.length != 0 && absolute_time(read(record, absolute), unit, context, time)) ||
        (uptime.length != 0 &&
         uptime_time(read(record, uptime), knows_start, system_start, context, time));
    if (known) {
      flow.set_integer(field, time);
    } else {
      flow.set_absent(field);
    }
  };
  write(FlowField::start_time, place(plan, Slot::start), start_unit,
        place(plan, Slot::start_uptime));
  write(FlowField::end_time, place(plan, Slot::end), end_unit, place(plan, Slot::end_uptime));
}

}  // namespace

void write_flow(const std::uint8_t* record, const Plan& plan, Unit start_unit, Unit end_unit,
                const ExportContext& context, Flow& flow) noexcept {
  flow.set_integer(FlowField::timestamp, context.export_time);
  write_addresses(record, plan, flow);
  write_integer(record, place(plan, Slot::source_port), FlowField::source_port, flow);
  // Of ICMP many exporters send type * 256 + code here. Where a template has no port there is none,
  // even beside element 32: other decoders keep the two apart as well.
  write_integer(record, place(plan, Slot::destination_port), FlowField::destination_port, flow);
  write_protocol(record, place(plan, Slot::protocol), flow);
  write_integer(record, place(plan, Slot::octets), FlowField::bytes_in, flow);
  if (const Place at = place(plan, Slot::packets); at.length != 0) {
    flow.set_decimal(FlowField::packets, read(record, at));
  } else {
    flow.set_absent(FlowField::packets);
  }
  write_times(record, plan, start_unit, end_unit, context, flow);
  flow.set_text(FlowField::device_vendor, "Netflow");
  flow.set_text(FlowField::device_product, context.product);
  flow.set_exporter(context.exporter);
}

}  // namespace weir::host
