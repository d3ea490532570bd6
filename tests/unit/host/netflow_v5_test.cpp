#include <gtest/gtest.h>

#include "golden/netflow_collect.h"
#include "unit/host/datagram.h"

namespace weir::host {
namespace {

Octets v5_of(unsigned count, unsigned records, std::uint32_t sequence = 0) {
  Octets datagram;
  datagram.u16(5).u16(count).u32(kUptime).u32(kExport).u32(250000000).u32(sequence).u32(0);
  for (unsigned i = 0; i < records; ++i) {
    datagram.ip(10, 0, 0, 1).ip(10, 0, 0, 2).ip(0, 0, 0, 0).u32(0).u32(3).u32(300);
    datagram.u32(kUptime - 2000)
        .u32(kUptime)
        .u16(1024 + i)
        .u16(53)
        .u8(0)
        .u8(0)
        .u8(17)
        .u8(0)
        .zeros(8);
  }
  return datagram;
}

TEST(NetflowV5, MapsARecordToTheFieldsOfTheSchema) {
  CollectingDecoder decoder;
  decoder.decode(v5_of(1, 1).bytes());
  ASSERT_EQ(decoder.flows().size(), 1u);
  const std::array<std::string, kFlowFields> wanted = {
      "1700000000250", "10.0.0.1",      "1024",    "10.0.0.2",  "53", "udp", "300", "3",
      "1699999998250", "1700000000250", "Netflow", "NetflowV5", ""};
  EXPECT_EQ(decoder.flows()[0].texts, wanted);
}

TEST(NetflowV5, IsRejectedWholeWhenItsCountExceedsItsLength) {
  CollectingDecoder decoder;
  decoder.decode(v5_of(3, 2).bytes());
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().malformed, 1u);
}

TEST(NetflowV5, IsRejectedWholeWhenItsCountIsOverThirty) {
  CollectingDecoder decoder;
  decoder.decode(v5_of(31, 31).bytes());
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().malformed, 1u);
}

TEST(NetflowV5, ReadsOnlyAsManyRecordsAsItCounts) {
  CollectingDecoder decoder;
  decoder.decode(v5_of(2, 5).bytes());
  EXPECT_EQ(decoder.flows().size(), 2u);
}

TEST(NetflowV5, CountsFlowsInItsSequence) {
  CollectingDecoder decoder;
  decoder.decode(v5_of(2, 2, 100).bytes());
  decoder.decode(v5_of(1, 1, 102).bytes());
  EXPECT_EQ(decoder.stats().sequence_gaps, 0u);
  decoder.decode(v5_of(1, 1, 104).bytes());
  EXPECT_EQ(decoder.stats().sequence_gaps, 1u);
}

TEST(Netflow, OfAnotherVersionIsUnsupported) {
  CollectingDecoder decoder;
  decoder.decode(Octets().u16(8).zeros(60).bytes());
  decoder.decode(Octets().u8(5).bytes());
  decoder.decode(Bytes{});
  EXPECT_EQ(decoder.stats().datagrams, 3u);
  EXPECT_EQ(decoder.stats().unsupported, 3u);
}

}  // namespace
}  // namespace weir::host
