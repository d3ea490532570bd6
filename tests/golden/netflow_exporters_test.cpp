// Every case of real exporters against the decodes of logstash, tshark and nfdump: each value of
// each flow must be what most of them say. The data's README lists where they disagree.
#include <simdjson.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>

#include "golden/netflow_data.h"
#include "input/netflow/protocol_names.h"

namespace weir::host {
namespace {

using simdjson::dom::element;

// Source, destination, ports, protocol's number, octets, packets; empty when it is absent.
using Record = std::array<std::string, 7>;
constexpr std::array<const char*, 7> kColumns = {"source",   "destination", "source port", "port",
                                                 "protocol", "octets",      "packets"};

std::string first_of(element object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    element value;
    if (object[key].get(value) != simdjson::SUCCESS) continue;
    // tshark lists every value of a repeated element.
    if (simdjson::dom::array values; value.get(values) == simdjson::SUCCESS) value = values.at(0);
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return std::string(text);
    return simdjson::minify(value);
  }
  return {};
}

// A record with both families means the one that is not zero; nfdump shows 0.0.0.0 as 0.0.0.1
// there.
void choose_family(Record& record, const std::string& source6, const std::string& destination6) {
  const auto zero = [](const std::string& text) {
    return text.empty() || text == "::" || text.rfind("0.0.0.", 0) == 0;
  };
  if (zero(record[0]) && zero(record[1]) && !(zero(source6) && zero(destination6))) {
    record[0] = source6;
    record[1] = destination6;
  }
}

Record logstash_record(element flow) {
  Record record = {
      first_of(flow, {"ipv4_src_addr", "sourceIPv4Address"}),
      first_of(flow, {"ipv4_dst_addr", "destinationIPv4Address"}),
      first_of(flow, {"l4_src_port", "sourceTransportPort"}),
      first_of(flow, {"l4_dst_port", "destinationTransportPort"}),
      first_of(flow, {"protocol", "protocolIdentifier"}),
      first_of(flow, {"in_bytes", "octetDeltaCount", "octetTotalCount", "fwd_flow_delta_bytes"}),
      first_of(flow, {"in_pkts", "packetDeltaCount", "packetTotalCount"})};
  choose_family(record, first_of(flow, {"ipv6_src_addr", "sourceIPv6Address"}),
                first_of(flow, {"ipv6_dst_addr", "destinationIPv6Address"}));
  return record;
}

Record tshark_record(element flow) {
  Record record = {first_of(flow, {"cflow.srcaddr"}),  first_of(flow, {"cflow.dstaddr"}),
                   first_of(flow, {"cflow.srcport"}),  first_of(flow, {"cflow.dstport"}),
                   first_of(flow, {"cflow.protocol"}), first_of(flow, {"cflow.octets"}),
                   first_of(flow, {"cflow.packets"})};
  choose_family(record, first_of(flow, {"cflow.srcaddrv6"}), first_of(flow, {"cflow.dstaddrv6"}));
  return record;
}

Record nfdump_record(element flow) {
  Record record = {first_of(flow, {"src4_addr"}), first_of(flow, {"dst4_addr"}),
                   first_of(flow, {"src_port"}),  first_of(flow, {"dst_port"}),
                   first_of(flow, {"proto"}),     first_of(flow, {"in_bytes"}),
                   first_of(flow, {"in_packets"})};
  choose_family(record, first_of(flow, {"src6_addr"}), first_of(flow, {"dst6_addr"}));
  return record;
}

using Records = std::vector<Record>;

// Only records with addresses are compared.
void add(Records& records, const Record& record) {
  if (!record[0].empty() || !record[1].empty()) records.push_back(record);
}

Records read_golden(const std::string& id, const std::string& program) {
  simdjson::dom::parser parser;
  const auto path = netflow_data() / "exporters" / "golden" / (id + "." + program + ".json");
  const element root = parser.load(path.string());
  Records records;
  if (program == "logstash") {
    for (const element event : root["events"])
      add(records, logstash_record(event["event"]["netflow"]));
  } else if (program == "nfdump") {
    for (const element flow : root["flows"]) add(records, nfdump_record(flow));
  } else {
    for (const element frame : root.get_array()) {
      for (const element set : frame["sets"]) {
        for (const element flow : set["flows"]) add(records, tshark_record(flow));
      }
    }
  }
  return records;
}

std::string protocol_number(const std::string& name) {
  for (unsigned number = 0; number < 256; ++number) {
    if (protocol_name(static_cast<std::uint8_t>(number)) == name) return std::to_string(number);
  }
  return name;
}

Records our_records(CollectingDecoder& decoder) {
  Records records;
  for (const CollectedFlow& flow : decoder.flows()) {
    const std::string& protocol = flow[FlowField::transport_protocol];
    add(records, {flow[FlowField::source_address], flow[FlowField::destination_address],
                  flow[FlowField::source_port], flow[FlowField::destination_port],
                  protocol.empty() ? "" : protocol_number(protocol), flow[FlowField::bytes_in],
                  flow[FlowField::packets]});
  }
  return records;
}

// What at least half of those say who have a record at this place.
bool agrees(const std::string& value, const std::vector<Records>& goldens, std::size_t row,
            std::size_t column, std::size_t count) {
  std::map<std::string, int> votes;
  for (const Records& golden : goldens) {
    if (golden.size() == count) ++votes[golden[row][column]];
  }
  const auto most = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return votes[value] == most->second;
}

struct Case {
  std::string id;
  std::vector<std::string> files;
};

std::vector<Case> read_cases() {
  simdjson::dom::parser parser;
  std::vector<Case> cases;
  for (const element one :
       parser.load((netflow_data() / "exporters" / "cases.json").string()).get_array()) {
    Case item{std::string(one["id"].get_string().value()), {}};
    for (const element file : one["files"]) item.files.emplace_back(file.get_string().value());
    cases.push_back(item);
  }
  return cases;
}

void compare(const Case& item, const Records& ours) {
  const std::vector<Records> goldens = {read_golden(item.id, "logstash"),
                                        read_golden(item.id, "tshark"),
                                        read_golden(item.id, "nfdump")};
  const auto same_count = std::count_if(goldens.begin(), goldens.end(), [&](const Records& golden) {
    return golden.size() == ours.size();
  });
  ASSERT_GE(same_count, 2) << item.id << ": " << ours.size() << " flows";
  for (std::size_t row = 0; row < ours.size(); ++row) {
    for (std::size_t column = 0; column < kColumns.size(); ++column) {
      EXPECT_TRUE(agrees(ours[row][column], goldens, row, column, ours.size()))
          << item.id << ", flow " << row << ", " << kColumns[column] << ": " << ours[row][column];
    }
  }
}

TEST(NetflowExporters, DatagramFilesDecodeAsMostOtherDecodersSay) {
  WEIR_NEED_NETFLOW_DATA();
  const std::vector<Case> cases = read_cases();
  EXPECT_EQ(cases.size(), 22u);
  for (const Case& item : cases) {
    CollectingDecoder decoder;
    for (const std::string& file : item.files) {
      decode_file(netflow_data() / "exporters" / "dat" / file, decoder);
    }
    compare(item, our_records(decoder));
  }
}

TEST(NetflowExporters, CapturesDecodeAsMostOtherDecodersSay) {
  WEIR_NEED_NETFLOW_DATA();
  for (const Case& item : read_cases()) {
    CollectingDecoder decoder;
    decode_capture(netflow_data() / "exporters" / "pcap" / (item.id + ".pcap"), decoder);
    compare(item, our_records(decoder));
    for (const CollectedFlow& flow : decoder.flows()) {
      EXPECT_EQ(flow[FlowField::device_address], "192.0.2.1") << item.id;
    }
  }
}

}  // namespace
}  // namespace weir::host
