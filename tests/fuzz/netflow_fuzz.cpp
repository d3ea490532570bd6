// Any bytes as datagrams of two exporters, and as a captured packet: no crash, no hang, no read
// beyond the bytes, and counters that agree with what came out. The input is a row of blocks: two
// bytes of length, then so many bytes of a datagram, so that templates and data can meet.

#include <pcap/dlt.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "input/netflow/decoder.h"
#include "input/packet.h"

namespace {

using weir::host::Bytes;

std::uint64_t delivered = 0;

// Touches every text, so that a sanitizer sees one that is not there.
void check(std::span<const weir_event> events) {
  for (const weir_event& event : events) {
    ++delivered;
    for (std::uint64_t i = 0; i < event.field_count; ++i) {
      const weir_field& field = event.fields[i];
      if (field.kind != WEIR_TEXT) continue;
      if (field.size == 0 || field.size > weir::host::kAddressText) std::abort();
      const char* text = reinterpret_cast<const char*>(field.word);
      for (std::uint64_t at = 0; at < field.size; ++at) {
        if (text[at] < ' ' || text[at] > '~') std::abort();
      }
    }
  }
}

void decode_blocks(Bytes bytes) {
  delivered = 0;
  weir::host::FlowBatch batch({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, check);
  weir::host::Decoder decoder(batch, {.max_domains = 4, .max_templates = 8, .max_bytes = 65536});
  const std::uint8_t exporter[4] = {192, 0, 2, 1};
  while (bytes.size() >= 2) {
    const std::size_t wanted = weir::host::load16(bytes.data());
    bytes = bytes.subspan(2);
    const std::size_t size = wanted < bytes.size() ? wanted : bytes.size();
    // A block of its own, whose end a sanitizer knows.
    const std::vector<std::uint8_t> datagram(bytes.begin(),
                                             bytes.begin() + static_cast<std::ptrdiff_t>(size));
    decoder.decode(datagram, wanted % 2 == 0 ? weir::host::Address::from_ipv4(exporter)
                                             : weir::host::Address{});
    bytes = bytes.subspan(size);
  }
  batch.deliver();
  if (decoder.stats().flows != delivered) std::abort();
}

void read_packets(Bytes bytes) {
  for (const int link : {DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW, DLT_NULL}) {
    weir::host::UdpDatagram datagram;
    if (weir::host::read_packet(link, bytes, datagram) != weir::host::PacketKind::udp) continue;
    const std::uint8_t* end = datagram.payload.data() + datagram.payload.size();
    if (datagram.payload.data() < bytes.data() || end > bytes.data() + bytes.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  decode_blocks({data, size});
  read_packets({data, size});
  return 0;
}
