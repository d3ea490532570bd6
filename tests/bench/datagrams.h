// Datagrams as a router sends them, the same in every run: 45 flows each, as many as fit into an
// Ethernet frame, every template known beforehand.
#pragma once

#include <cstdint>
#include <vector>

#include "input/netflow/decoder.h"

namespace bench {

constexpr std::size_t flows_each = 45;

enum class Version : unsigned { v9 = 9, ipfix = 10 };

using Datagram = std::vector<std::uint8_t>;

Datagram template_datagram(Version version);
std::vector<Datagram> flow_datagrams(Version version, std::size_t count);

// A decoder whose flows are counted and thrown away.
class CountingDecoder {
 public:
  explicit CountingDecoder(Version version);

  // Returns how many flows there were.
  std::uint64_t decode(const std::vector<Datagram>& datagrams);

 private:
  std::uint64_t flows_ = 0;
  weir::host::FlowBatch batch_;
  weir::host::Decoder decoder_;
  weir::host::Address exporter_;
};

}  // namespace bench
