// Streams of softflowd, nfreplay and pmacctd against an independent decode of each: the same flows,
// as a multiset, with the same export time.
#include <arpa/inet.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "golden/netflow_data.h"
#include "input/netflow/protocol_names.h"

namespace weir::host {
namespace {

using Row = std::vector<std::string>;

// The tables write an IPv4-mapped address as ::ffff:102:304.
std::string as_we_write(const std::string& address) {
  std::uint8_t bytes[16];
  char text[kAddressText];
  if (::inet_pton(AF_INET6, address.c_str(), bytes) != 1) return address;
  return {text, write_ipv6(bytes, text)};
}

// Without the number of the datagram; the protocol as its keyword, the time in milliseconds.
std::multiset<Row> read_flows(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::multiset<Row> rows;
  std::string line;
  std::getline(file, line);  // the names of the columns
  while (std::getline(file, line)) {
    std::stringstream cells(line);
    Row row;
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    row.erase(row.begin());
    row[0] += "000";
    const auto number = static_cast<std::uint8_t>(std::stoi(row[5]));
    if (!protocol_name(number).empty()) row[5] = protocol_name(number);
    row[1] = as_we_write(row[1]);
    row[2] = as_we_write(row[2]);
    rows.insert(row);
  }
  return rows;
}

std::multiset<Row> our_flows(CollectingDecoder& decoder) {
  std::multiset<Row> rows;
  for (const CollectedFlow& flow : decoder.flows()) {
    // The table has whole seconds; v5 has finer ones.
    std::string time = flow[FlowField::timestamp];
    time.replace(time.size() - 3, 3, "000");
    // softflowd's template for ICMP has no ports; the table writes 0.
    const auto port = [&flow](FlowField field) { return flow[field].empty() ? "0" : flow[field]; };
    rows.insert({time, flow[FlowField::source_address], flow[FlowField::destination_address],
                 port(FlowField::source_port), port(FlowField::destination_port),
                 flow[FlowField::transport_protocol], flow[FlowField::packets],
                 flow[FlowField::bytes_in]});
  }
  return rows;
}

std::vector<Row> in_first_only(const std::multiset<Row>& first, const std::multiset<Row>& second) {
  std::vector<Row> rows;
  std::set_difference(first.begin(), first.end(), second.begin(), second.end(),
                      std::back_inserter(rows));
  return rows;
}

TEST(NetflowStreams, DecodeToTheFlowsOfTheIndependentDecode) {
  WEIR_NEED_NETFLOW_DATA();
  for (const char* name : {"nfreplay-v5", "nfreplay-v9", "pmacctd-v9", "pmacctd-v10",
                           "softflowd-v5", "softflowd-v9", "softflowd-v10"}) {
    const auto folder = netflow_data() / "streams";
    CollectingDecoder decoder;
    const CaptureStats stats = decode_capture(folder / (std::string(name) + ".pcap"), decoder);
    const std::multiset<Row> wanted = read_flows(folder / (std::string(name) + ".flows.csv"));
    EXPECT_GT(wanted.size(), 1000u) << name;
    const std::multiset<Row> ours = our_flows(decoder);
    EXPECT_EQ(in_first_only(ours, wanted), std::vector<Row>{}) << name;
    EXPECT_EQ(in_first_only(wanted, ours), std::vector<Row>{}) << name;
    EXPECT_EQ(stats.packets, stats.netflow) << name;
    EXPECT_EQ(decoder.stats().malformed, 0u) << name;
    EXPECT_EQ(decoder.stats().unknown_template_sets, 0u) << name;
  }
}

}  // namespace
}  // namespace weir::host
