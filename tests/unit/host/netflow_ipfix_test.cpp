#include <gtest/gtest.h>

#include "golden/netflow_collect.h"
#include "unit/host/datagram.h"

namespace weir::host {
namespace {

TEST(Ipfix, NamesItsProductAndExportTime) {
  CollectingDecoder decoder;
  decoder.decode(
      ipfix_of({set_of(2, template_of(300, {{1, 8}})), set_of(300, Octets().u64(77))}).bytes());
  const CollectedFlow& flow = decoder.flows().at(0);
  EXPECT_EQ(flow[FlowField::device_product], "IPFIX");
  EXPECT_EQ(flow[FlowField::timestamp], "1700000000000");
  EXPECT_EQ(flow[FlowField::bytes_in], "77");
}

TEST(Ipfix, SkipsEnterpriseElements) {
  CollectingDecoder decoder;
  Octets fields;  // enterprise element 1 of 4 bytes, then IANA's element 1
  fields.u16(300).u16(2).u16(0x8001).u16(4).u32(9).u16(1).u16(4);
  decoder.decode(ipfix_of({set_of(2, fields), set_of(300, Octets().u32(11).u32(22))}).bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::bytes_in], "22");
}

TEST(Ipfix, WalksFieldsOfVariableLength) {
  CollectingDecoder decoder;
  const Octets fields = template_of(300, {{371, 65535}, {1, 4}, {96, 65535}, {2, 4}});
  Octets records;
  records.u8(3).text("abc").u32(10).u8(0).u32(1);
  records.u8(255).u16(300).zeros(300).u32(20).u8(1).text("x").u32(2).zeros(2);
  decoder.decode(ipfix_of({set_of(2, fields), set_of(300, records)}).bytes());
  ASSERT_EQ(decoder.flows().size(), 2u);
  EXPECT_EQ(decoder.flows()[0][FlowField::bytes_in], "10");
  EXPECT_EQ(decoder.flows()[1][FlowField::bytes_in], "20");
  EXPECT_EQ(decoder.flows()[1][FlowField::packets], "2");
  EXPECT_EQ(decoder.stats().malformed, 0u);
}

TEST(Ipfix, StopsAtAVariableLengthThatLeavesTheSet) {
  CollectingDecoder decoder;
  decoder.decode(ipfix_of({set_of(2, template_of(300, {{371, 65535}, {1, 4}})),
                           set_of(300, Octets().u8(200).text("abcdefgh"))})
                     .bytes());
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().malformed, 1u);
}

TEST(Ipfix, ForgetsATemplateThatIsWithdrawn) {
  CollectingDecoder decoder;
  decoder.decode(ipfix_of({set_of(2, template_of(300, {{1, 4}}).add(template_of(301, {{1, 4}}))),
                           set_of(2, template_of(300, {})), set_of(300, Octets().u32(1)),
                           set_of(301, Octets().u32(2))})
                     .bytes());
  EXPECT_EQ(decoder.flows().size(), 1u);
  EXPECT_EQ(decoder.stats().unknown_template_sets, 1u);
}

TEST(Ipfix, ForgetsEveryTemplateWhenAllAreWithdrawn) {
  CollectingDecoder decoder;
  decoder.decode(ipfix_of({set_of(2, template_of(300, {{1, 4}}).add(template_of(301, {{1, 4}}))),
                           set_of(2, template_of(2, {})), set_of(300, Octets().u32(1)),
                           set_of(301, Octets().u32(2))})
                     .bytes());
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().unknown_template_sets, 2u);
  EXPECT_EQ(decoder.stats().malformed, 0u);
}

TEST(Ipfix, IsRejectedWholeWhenItsLengthLies) {
  CollectingDecoder decoder;
  Octets datagram = ipfix_of({set_of(2, template_of(300, {{1, 4}})), set_of(300, Octets().u32(1))});
  datagram.overwrite16(2, static_cast<unsigned>(datagram.size() + 1));
  decoder.decode(datagram.bytes());
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().malformed, 1u);
}

TEST(Ipfix, PlacesUptimesByTheStartThatAnOptionsRecordTold) {
  CollectingDecoder decoder;
  const Octets flow_template = template_of(300, {{22, 4}, {21, 4}});
  const Octets flow = Octets().u32(1000).u32(2500);
  decoder.decode(ipfix_of({set_of(2, flow_template), set_of(300, flow)}).bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::start_time], "");
  Octets options;  // two fields, of which the first is the scope
  options.u16(301).u16(2).u16(1).u16(143).u16(4).u16(160).u16(8);
  decoder.decode(
      ipfix_of({set_of(3, options), set_of(301, Octets().u32(1).u64(1600000000000))}).bytes());
  decoder.decode(ipfix_of({set_of(300, flow)}).bytes());
  EXPECT_EQ(decoder.flows().at(1)[FlowField::start_time], "1600000001000");
  EXPECT_EQ(decoder.flows().at(1)[FlowField::end_time], "1600000002500");
  EXPECT_EQ(decoder.stats().options_records, 1u);
}

TEST(Ipfix, ReadsTimesInNtpFormat) {
  CollectingDecoder decoder;
  const std::uint64_t seconds = 1600000000ull + 2208988800ull;
  decoder.decode(
      ipfix_of({set_of(2, template_of(300, {{154, 8}, {157, 8}})),
                set_of(300, Octets().u64((seconds << 32) | 0x80000000u).u64((seconds + 1) << 32))})
          .bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::start_time], "1600000000500");
  EXPECT_EQ(decoder.flows().at(0)[FlowField::end_time], "1600000001000");
}

TEST(Ipfix, ReadsTimesAsMicrosecondsBeforeTheExport) {
  CollectingDecoder decoder;
  decoder.decode(ipfix_of({set_of(2, template_of(300, {{158, 4}, {159, 4}})),
                           set_of(300, Octets().u32(5000000).u32(1000))})
                     .bytes());
  EXPECT_EQ(decoder.flows().at(0)[FlowField::start_time], "1699999995000");
  EXPECT_EQ(decoder.flows().at(0)[FlowField::end_time], "1699999999999");
}

TEST(Ipfix, CountsRecordsInItsSequence) {
  CollectingDecoder decoder;
  decoder.decode(ipfix_of({set_of(2, template_of(300, {{1, 4}}))}, 0).bytes());
  decoder.decode(ipfix_of({set_of(300, Octets().u32(1).u32(2))}, 0).bytes());
  decoder.decode(ipfix_of({set_of(300, Octets().u32(3))}, 2).bytes());
  EXPECT_EQ(decoder.stats().sequence_gaps, 0u);
  decoder.decode(ipfix_of({set_of(300, Octets().u32(4))}, 9).bytes());
  EXPECT_EQ(decoder.stats().sequence_gaps, 1u);
}

TEST(TemplateCache, RefusesMoreTemplatesThanADomainMayHave) {
  CollectingDecoder decoder({.max_domains = 10, .max_templates = 2, .max_bytes = 1 << 20});
  decoder.decode(
      ipfix_of({set_of(2, template_of(300, {{1, 4}})), set_of(2, template_of(301, {{1, 4}})),
                set_of(2, template_of(302, {{1, 4}})), set_of(2, template_of(300, {{2, 4}}))})
          .bytes());
  EXPECT_EQ(decoder.stats().templates, 3u);  // 300 again replaces
  EXPECT_EQ(decoder.stats().templates_refused, 1u);
}

TEST(TemplateCache, ForgetsTheDomainThatWasUsedLeastRecently) {
  CollectingDecoder decoder({.max_domains = 2, .max_templates = 2, .max_bytes = 1 << 20});
  const Octets learn = set_of(2, template_of(300, {{1, 4}}));
  const Octets data = set_of(300, Octets().u32(1));
  decoder.decode(ipfix_of({learn}, 0, 1).bytes());
  decoder.decode(ipfix_of({learn}, 0, 2).bytes());
  decoder.decode(ipfix_of({data}, 0, 1).bytes());
  decoder.decode(ipfix_of({learn}, 0, 3).bytes());  // pushes out 2
  decoder.decode(ipfix_of({data}, 0, 2).bytes());
  EXPECT_EQ(decoder.stats().unknown_template_sets, 1u);
  decoder.decode(ipfix_of({data}, 0, 1).bytes());
  decoder.decode(ipfix_of({data}, 0, 3).bytes());
  EXPECT_EQ(decoder.flows().size(), 3u);
}

TEST(TemplateCache, StaysWithinItsBytes) {
  const DomainKey key{{}, 0, 10};
  TemplateCache cache({.max_domains = 100000, .max_templates = 100, .max_bytes = 100000});
  for (std::uint32_t id = 0; id < 10000; ++id) {
    DomainKey one = key;
    one.id = id;
    Domain& domain = cache.obtain(one);
    auto definition = std::make_unique<Template>(false);
    definition->add(kVariableLength, find_element(1));
    definition->finish();
    EXPECT_TRUE(cache.learn(domain, 256, std::move(definition)));
  }
  EXPECT_LE(cache.bytes(), 100000u);
  EXPECT_GT(cache.domains(), 50u);
}

TEST(TemplateCache, StaysWithinItsBytesWhenTemplatesAreReplaced) {
  TemplateCache cache({.max_domains = 10, .max_templates = 100, .max_bytes = 10000});
  Domain& domain = cache.obtain({{}, 1, 10});
  const auto learn = [&](std::uint16_t id, int fields) {
    auto definition = std::make_unique<Template>(false);
    for (int i = 0; i < fields; ++i) definition->add(kVariableLength, find_element(1));
    definition->finish();
    return cache.learn(domain, id, std::move(definition));
  };
  EXPECT_TRUE(learn(256, 1));
  EXPECT_TRUE(learn(257, 1));
  EXPECT_TRUE(learn(257, 2));
  EXPECT_FALSE(learn(257, 10000));
  EXPECT_LE(cache.bytes(), 10000u);
  EXPECT_NE(domain.find(256), nullptr);
  EXPECT_EQ(domain.find(257), nullptr);  // the one before would misread what comes
}

// Else a datagram of records of one byte would cost their number times the template's fields.
TEST(Template, KeepsNoFieldsThatCarryNothing) {
  Template lean(true);
  lean.add(kVariableLength, find_element(82));
  lean.finish();
  Template hostile(true);
  for (int i = 0; i < 16000; ++i) hostile.add(0, find_element(3));
  hostile.add(kVariableLength, find_element(82));
  hostile.finish();
  EXPECT_EQ(hostile.memory(), lean.memory());
}

TEST(Ipfix, ReadsWhatStandsBetweenEmptyFields) {
  CollectingDecoder decoder;
  decoder.decode(
      ipfix_of({set_of(2, template_of(300, {{2, 0}, {1, 4}, {7, 0}, {82, 65535}, {11, 2}, {4, 0}})),
                set_of(300, Octets().u32(1000).u8(2).u16(0).u16(443))})
          .bytes());
  ASSERT_EQ(decoder.flows().size(), 1u);
  EXPECT_EQ(decoder.flows()[0][FlowField::bytes_in], "1000");
  EXPECT_EQ(decoder.flows()[0][FlowField::destination_port], "443");
  EXPECT_EQ(decoder.flows()[0][FlowField::packets], "");
}

}  // namespace
}  // namespace weir::host
