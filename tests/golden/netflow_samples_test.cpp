// Single datagrams from other decoders' own tests, with odd templates and padding: no flow from a
// missing template, and the same number of flows where the goldens have one.
#include <simdjson.h>

#include "golden/netflow_data.h"

namespace weir::host {
namespace {

struct Expected {
  const char* capture;
  std::uint64_t flows;
  std::uint64_t options;
};

void expect(const char* folder, const Expected& expected) {
  CollectingDecoder decoder;
  decode_capture(netflow_data() / folder / (std::string(expected.capture) + ".pcap"), decoder);
  EXPECT_EQ(decoder.flows().size(), expected.flows) << expected.capture;
  EXPECT_EQ(decoder.stats().options_records, expected.options) << expected.capture;
}

// tshark counts options records as flows, nfdump does not.
TEST(NetflowSamples, DecodeToAsManyFlowsAsOtherDecodersFind) {
  WEIR_NEED_NETFLOW_DATA();
  for (const Expected& expected :
       std::initializer_list<Expected>{{"PACKET_V5", 3, 0},
                                       {"PACKET_V9_TEMPLATE", 8, 0},
                                       {"PACKET_IPFIX_TEMPLATE", 19, 1},
                                       {"PACKET_IPFIX_TEMPLATE_ETHER", 13, 1},
                                       {"PACKET_IPFIX_PADDING", 2, 1},
                                       {"IPFIX_TEMPLATE_then_DATA", 22, 1},
                                       {"IPFIX_ETHER_TEMPLATE_then_DATA", 22, 1}}) {
    expect("pynetflow", expected);
  }
  expect("goflow2", {"decoders_netflow_netflow_test", 21, 0});
  expect("goflow2", {"decoders_netflowlegacy_netflow_test", 6, 0});
  expect("vflow", {"netflow_v5_decoder_test", 29, 0});
}

TEST(NetflowSamples, GiveNoFlowWithoutTheTemplate) {
  WEIR_NEED_NETFLOW_DATA();
  for (const char* name : {"PACKETS_V9", "PACKET_V9_TEMPLATE_MIXED", "PACKET_V9_WITH_ZEROS",
                           "PACKET_IPFIX", "PACKET_IPFIX_ETHER"}) {
    CollectingDecoder decoder;
    decode_capture(netflow_data() / "pynetflow" / (std::string(name) + ".pcap"), decoder);
    EXPECT_TRUE(decoder.flows().empty()) << name;
    EXPECT_GT(decoder.stats().unknown_template_sets, 0u) << name;
  }
}

TEST(NetflowSamples, OfVersionOneAreUnsupported) {
  WEIR_NEED_NETFLOW_DATA();
  CollectingDecoder decoder;
  decode_capture(netflow_data() / "pynetflow" / "PACKET_V1.pcap", decoder);
  EXPECT_TRUE(decoder.flows().empty());
  EXPECT_EQ(decoder.stats().unsupported, 1u);
}

TEST(NetflowSamples, EveryDatagramIsSafeAlone) {
  WEIR_NEED_NETFLOW_DATA();
  std::size_t files = 0;
  for (const char* folder : {"pynetflow", "goflow2", "vflow"}) {
    for (const auto& file : std::filesystem::directory_iterator(netflow_data() / folder / "bin")) {
      CollectingDecoder decoder;
      decode_file(file.path(), decoder);
      EXPECT_EQ(decoder.stats().datagrams, 1u);
      EXPECT_EQ(decoder.stats().flows, decoder.flows().size());
      ++files;
    }
  }
  EXPECT_GT(files, 25u);
}

}  // namespace
}  // namespace weir::host
