#include <gtest/gtest.h>

#include "golden/netflow_collect.h"
#include "unit/host/datagram.h"

namespace weir::host {
namespace {

Octets usual_template(unsigned id = 256) {
  return template_of(id,
                     {{8, 4}, {12, 4}, {7, 2}, {11, 2}, {4, 1}, {1, 4}, {2, 4}, {22, 4}, {21, 4}});
}

Octets usual_record(unsigned last = 1) {
  Octets record;
  record.ip(10, 0, 0, last).ip(192, 168, 100, 255).u16(50000).u16(443).u8(6).u32(1234).u32(5);
  return record.u32(kUptime - 3000).u32(kUptime - 1000);
}

TEST(NetflowV9, MapsARecordToTheFieldsOfTheSchema) {
  CollectingDecoder decoder;
  const std::uint8_t exporter[4] = {192, 0, 2, 9};
  decoder.decode(v9_of({set_of(0, usual_template()), set_of(256, usual_record())}).bytes(),
                 Address::from_ipv4(exporter));
  ASSERT_EQ(decoder.flows().size(), 1u);
  const std::array<std::string, kFlowFields> wanted = {
      "1700000000000", "10.0.0.1",  "50000",    "192.168.100.255", "443",
      "tcp",           "1234",      "5",        "1699999997000",   "1699999999000",
      "Netflow",       "NetflowV9", "192.0.2.9"};
  EXPECT_EQ(decoder.flows()[0].texts, wanted);
}

TEST(NetflowV9, HasNoDeviceAddressWithoutAnIpHeader) {
  CollectingDecoder decoder;
  decoder.decode(v9_of({set_of(0, usual_template()), set_of(256, usual_record())}).bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::device_address], "");
}

TEST(NetflowV9, KeepsTemplatesFromOneDatagramToTheNext) {
  CollectingDecoder decoder;
  decoder.decode(v9_of({set_of(0, usual_template())}).bytes());
  decoder.decode(v9_of({set_of(256, usual_record(1).add(usual_record(2)))}).bytes());
  ASSERT_EQ(decoder.flows().size(), 2u);
  EXPECT_EQ(decoder.flows()[1][FlowField::source_address], "10.0.0.2");
}

TEST(NetflowV9, LoadsNoTemplateWhoseValuesWouldBeReadBehindTheirRecord) {
  CollectingDecoder first, second, third;
  first.decode(v9_of({set_of(0, template_of(256, {{27, 16}}))}).bytes());
  std::string saved = first.decoder().save();
  EXPECT_TRUE(second.decoder().load(saved));
  // The last 16 is the length of the address, of which 16 bytes are read whatever it says.
  const std::size_t length = saved.rfind(std::string_view("\x10\0\0\0\0\0\0\0", 8));
  ASSERT_NE(length, std::string::npos);
  saved[length] = 4;
  EXPECT_FALSE(third.decoder().load(saved));
}

TEST(NetflowV9, CountsASetWhoseTemplateIsUnknownAndGivesNoFlow) {
  CollectingDecoder decoder;
  decoder.decode(v9_of({set_of(256, usual_record()), set_of(0, usual_template())}).bytes());
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().unknown_template_sets, 1u);
}

TEST(NetflowV9, KeepsTemplatesOfExportersAndSourcesApart) {
  CollectingDecoder decoder;
  const std::uint8_t one[4] = {1, 1, 1, 1};
  const std::uint8_t two[4] = {2, 2, 2, 2};
  decoder.decode(v9_of({set_of(0, usual_template())}).bytes(), Address::from_ipv4(one));
  decoder.decode(v9_of({set_of(256, usual_record())}).bytes(), Address::from_ipv4(two));
  decoder.decode(v9_of({set_of(256, usual_record())}, 1, 8).bytes(), Address::from_ipv4(one));
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().unknown_template_sets, 2u);
}

TEST(NetflowV9, UsesATemplateThatIsRedefinedInTheMiddleOfADatagram) {
  CollectingDecoder decoder;
  const Octets other = template_of(256, {{12, 4}, {8, 4}});
  decoder.decode(v9_of({set_of(0, usual_template()), set_of(256, usual_record()), set_of(0, other),
                        set_of(256, Octets().ip(1, 2, 3, 4).ip(5, 6, 7, 8))})
                     .bytes());
  ASSERT_EQ(decoder.flows().size(), 2u);
  EXPECT_EQ(decoder.flows()[1][FlowField::source_address], "5.6.7.8");
  EXPECT_EQ(decoder.flows()[1][FlowField::bytes_in], "");
}

TEST(NetflowV9, ReadsIntegersOfAnyLength) {
  CollectingDecoder decoder;
  const Octets fields = template_of(256, {{7, 1}, {11, 4}, {1, 3}, {2, 7}, {4, 2}});
  Octets record;
  record.u8(53).u32(443).u8(1).u16(0).u8(0).u16(0).u32(70000).u16(17);
  decoder.decode(v9_of({set_of(0, fields), set_of(256, record)}).bytes());
  const CollectedFlow& flow = decoder.flows().at(0);
  EXPECT_EQ(flow[FlowField::source_port], "53");
  EXPECT_EQ(flow[FlowField::destination_port], "443");
  EXPECT_EQ(flow[FlowField::bytes_in], "65536");
  EXPECT_EQ(flow[FlowField::packets], "70000");
  EXPECT_EQ(flow[FlowField::transport_protocol], "udp");
}

TEST(NetflowV9, LeavesOutOctetsBeyondInt64AndKeepsPacketsAsText) {
  CollectingDecoder decoder;
  const std::uint64_t huge = std::uint64_t{1} << 63;
  decoder.decode(v9_of({set_of(0, template_of(256, {{1, 8}, {2, 8}})),
                        set_of(256, Octets().u64(huge).u64(huge))})
                     .bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::bytes_in], "");
  EXPECT_EQ(decoder.flows().at(0)[FlowField::packets], "9223372036854775808");
}

TEST(NetflowV9, PrefersTheElementOfLowestRank) {
  CollectingDecoder decoder;
  decoder.decode(v9_of({set_of(0, template_of(256, {{23, 4}, {85, 4}, {231, 4}, {1, 4}, {1, 4}})),
                        set_of(0, template_of(257, {{231, 4}, {298, 4}})),
                        set_of(256, Octets().u32(1).u32(2).u32(3).u32(4).u32(5)),
                        set_of(257, Octets().u32(6).u32(7))})
                     .bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::bytes_in], "4");
  EXPECT_EQ(decoder.flows().at(1)[FlowField::bytes_in], "6");
  EXPECT_EQ(decoder.flows().at(1)[FlowField::packets], "7");
}

TEST(NetflowV9, TakesTheFamilyThatIsNotZeroWhenARecordHasBoth) {
  CollectingDecoder decoder;
  const Octets fields = template_of(256, {{8, 4}, {12, 4}, {27, 16}, {28, 16}});
  Octets six;
  six.zeros(8).zeros(16).u16(0xff02).zeros(13).u8(1);
  Octets four;
  four.zeros(4).ip(255, 255, 255, 255).zeros(32);
  decoder.decode(v9_of({set_of(0, fields), set_of(256, six), set_of(256, four)}).bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::source_address], "::");
  EXPECT_EQ(decoder.flows().at(0)[FlowField::destination_address], "ff02::1");
  EXPECT_EQ(decoder.flows().at(1)[FlowField::source_address], "0.0.0.0");
  EXPECT_EQ(decoder.flows().at(1)[FlowField::destination_address], "255.255.255.255");
}

TEST(NetflowV9, KeepsThePortThatExportersSendForIcmpAndMakesUpNone) {
  CollectingDecoder decoder;
  decoder.decode(
      v9_of({set_of(0, template_of(256, {{4, 1}, {32, 2}})),
             set_of(0, template_of(257, {{4, 1}, {11, 2}, {32, 2}})),
             set_of(256, Octets().u8(1).u16(0x0800)), set_of(257, Octets().u8(1).u16(771).u16(0))})
          .bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::destination_port], "");
  EXPECT_EQ(decoder.flows().at(0)[FlowField::transport_protocol], "icmp");
  EXPECT_EQ(decoder.flows().at(1)[FlowField::destination_port], "771");
}

TEST(NetflowV9, WritesAProtocolWithoutAKeywordAsItsNumber) {
  CollectingDecoder decoder;
  decoder.decode(v9_of({set_of(0, template_of(256, {{4, 1}})),
                        set_of(256, Octets().u8(253).u8(4).u8(58).u8(132))})
                     .bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::transport_protocol], "253");
  EXPECT_EQ(decoder.flows().at(1)[FlowField::transport_protocol], "ipv4");
  EXPECT_EQ(decoder.flows().at(2)[FlowField::transport_protocol], "ipv6-icmp");
  EXPECT_EQ(decoder.flows().at(3)[FlowField::transport_protocol], "sctp");
}

TEST(NetflowV9, PlacesTimesOfAnUptimeThatHasWrapped) {
  CollectingDecoder decoder;
  // The flow began 3 s before the counter wrapped, 503 s before the export, and ended 2 s behind
  // it.
  decoder.decode(v9_of({set_of(0, template_of(256, {{22, 4}, {21, 4}})),
                        set_of(256, Octets().u32(0xffffffffu - 2999).u32(kUptime + 2000))})
                     .bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::start_time], "1699999497000");
  EXPECT_EQ(decoder.flows().at(0)[FlowField::end_time], "1700000002000");
}

TEST(NetflowV9, PrefersAbsoluteTimesToUptime) {
  CollectingDecoder decoder;
  decoder.decode(v9_of({set_of(0, template_of(256, {{22, 4}, {21, 4}, {152, 8}, {151, 4}})),
                        set_of(256, Octets().u32(1).u32(2).u64(1600000000123).u32(1600000001))})
                     .bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::start_time], "1600000000123");
  EXPECT_EQ(decoder.flows().at(0)[FlowField::end_time], "1600000001000");
}

TEST(NetflowV9, TakesOptionsRecordsForNoFlows) {
  CollectingDecoder decoder;
  Octets options;  // a scope of the system, 4 bytes; one option, 4 bytes
  options.u16(256).u16(4).u16(4).u16(1).u16(4).u16(34).u16(4).u16(0);
  decoder.decode(
      v9_of({set_of(1, options), set_of(256, Octets().u32(1).u32(100).u32(1).u32(100))}).bytes());
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().options_records, 2u);
  EXPECT_EQ(decoder.stats().malformed, 0u);
}

TEST(NetflowV9, SkipsPaddingBehindRecordsAndBehindSets) {
  CollectingDecoder decoder;
  decoder.decode(
      v9_of({set_of(0, usual_template()), set_of(256, usual_record().zeros(3)), Octets().zeros(10)})
          .bytes());
  EXPECT_EQ(decoder.flows().size(), 1u);
  EXPECT_EQ(decoder.stats().malformed, 0u);
}

TEST(NetflowV9, KeepsWhatStoodBeforeABrokenSet) {
  CollectingDecoder decoder;
  Octets broken;
  broken.u16(256).u16(400).zeros(8);
  decoder.decode(v9_of({set_of(0, usual_template()), set_of(256, usual_record()), broken}).bytes());
  EXPECT_EQ(decoder.flows().size(), 1u);
  EXPECT_EQ(decoder.stats().malformed, 1u);
}

TEST(NetflowV9, EndsWithATemplateWhoseRecordsAreEmpty) {
  CollectingDecoder decoder;
  decoder.decode(v9_of({set_of(0, template_of(256, {{1, 0}, {2, 0}})), set_of(256, usual_record()),
                        set_of(0, template_of(257, {})), set_of(257, usual_record())})
                     .bytes());
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().malformed, 1u);
  EXPECT_EQ(decoder.stats().unknown_template_sets, 1u);
}

TEST(NetflowV9, DoesNotTrustTheNumberOfFieldsInATemplate) {
  CollectingDecoder decoder;
  Octets lying;
  lying.u16(256).u16(65535).u16(1).u16(4);
  decoder.decode(v9_of({set_of(0, lying), set_of(256, usual_record())}).bytes());
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().malformed, 1u);
}

TEST(NetflowV9, CountsGapsInTheSequence) {
  CollectingDecoder decoder;
  decoder.decode(v9_of({set_of(0, usual_template())}, 10).bytes());
  decoder.decode(v9_of({set_of(256, usual_record())}, 11).bytes());
  EXPECT_EQ(decoder.stats().sequence_gaps, 0u);
  decoder.decode(v9_of({set_of(256, usual_record())}, 13).bytes());
  EXPECT_EQ(decoder.stats().sequence_gaps, 1u);
}

TEST(NetflowV9, SurvivesEveryCutAndEveryFlippedByte) {
  const std::vector<std::uint8_t> whole =
      v9_of({set_of(0, usual_template()), set_of(256, usual_record().add(usual_record(2)))})
          .bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CollectingDecoder decoder;
    decoder.decode(Bytes(whole).first(size));
    EXPECT_LT(decoder.flows().size(), 2u);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::vector<std::uint8_t> flipped = whole;
    flipped[at] ^= 0xff;
    CollectingDecoder decoder;
    decoder.decode(flipped);
    EXPECT_EQ(decoder.stats().flows, decoder.flows().size());
  }
}

TEST(NetflowV9, DeliversMoreFlowsThanABatchHolds) {
  CollectingDecoder decoder;
  decoder.decode(v9_of({set_of(0, usual_template())}).bytes());
  Octets records;
  for (unsigned i = 0; i < 20; ++i) records.add(usual_record(i));
  for (int i = 0; i < 60; ++i) decoder.decode(v9_of({set_of(256, records)}).bytes());
  ASSERT_EQ(decoder.flows().size(), 1200u);
  EXPECT_EQ(decoder.flows()[1199][FlowField::source_address], "10.0.0.19");
}

}  // namespace
}  // namespace weir::host
