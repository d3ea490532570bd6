// NetFlow v5: a header of 24 bytes and `count` records of 48, all at fixed places, so it has the
// plan of a template that never changes.
#include "input/netflow/decoder.h"

namespace weir::host {
namespace {

constexpr std::size_t kHeaderV5 = 24;
constexpr std::size_t kRecord = 48;
constexpr std::uint16_t kMaxRecords = 30;

constexpr Plan make_plan() {
  Plan plan{};
  const auto set = [&plan](Slot slot, std::uint16_t offset, std::uint16_t length) {
    plan[static_cast<std::size_t>(slot)] = {offset, length};
  };
  set(Slot::source4, 0, 4);
  set(Slot::destination4, 4, 4);
  set(Slot::packets, 16, 4);
  set(Slot::octets, 20, 4);
  set(Slot::start_uptime, 24, 4);
  set(Slot::end_uptime, 28, 4);
  set(Slot::source_port, 32, 2);
  set(Slot::destination_port, 34, 2);
  set(Slot::protocol, 38, 1);
  return plan;
}

constexpr Plan kPlan = make_plan();

}  // namespace

void Decoder::decode_v5(Bytes datagram, const Address& exporter) {
  const std::size_t count = datagram.size() < kHeaderV5 ? 0 : load16(&datagram[2]);
  if (datagram.size() < kHeaderV5 || count > kMaxRecords ||
      kHeaderV5 + count * kRecord > datagram.size()) {
    ++stats_.malformed;
    return;
  }
  const std::uint8_t* header = datagram.data();
  ExportContext context;
  context.exporter = exporter;
  context.product = "NetflowV5";
  context.export_time =
      std::int64_t{load32(header + 8)} * 1000 + std::int64_t{load32(header + 12)} / 1000000;
  context.counts_uptime = true;
  context.uptime = load32(header + 4);
  for (std::size_t i = 0; i < count; ++i) {
    write_flow(header + kHeaderV5 + i * kRecord, kPlan, Unit::none, Unit::none, context,
               batch_.next());
    ++stats_.flows;
    batch_.commit();
  }
  // Its sequence counts flows, per engine.
  const DomainKey key{exporter, load16(header + 20), 5};
  count_sequence(&cache_.obtain(key), load32(header + 16), static_cast<std::uint32_t>(count));
}

}  // namespace weir::host
