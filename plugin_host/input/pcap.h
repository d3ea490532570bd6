// The NetFlow in a capture (pcap or pcapng), read with libpcap: UDP datagrams to one of the ports.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "input/byte_source.h"
#include "input/netflow/decoder.h"

namespace weir::host {

struct CaptureStats {
  std::uint64_t packets = 0;     // = the sum of the following
  std::uint64_t netflow = 0;     // datagrams given to the decoder
  std::uint64_t other_port = 0;  // UDP to another port
  std::uint64_t other = 0;       // not UDP over IP
  std::uint64_t fragments = 0;
  std::uint64_t malformed = 0;
  std::uint64_t truncated = 0;  // of `netflow`: cut off by the capture
};

// Reads to the end, or until the program is to stop, behind the first `position` packets, which is
// kept up to date. `arrived` is told when each datagram came,
// ns, before it is decoded; `progress` is called between packets, often. Throws Failure(bad_input)
// when the capture is broken; what came before has been decoded.
void read_capture(ByteSource& source, const std::vector<std::uint16_t>& ports, Decoder& decoder,
                  CaptureStats& stats, const std::function<void(std::int64_t)>& arrived,
                  const std::function<void()>& progress, std::uint64_t& position);

}  // namespace weir::host
