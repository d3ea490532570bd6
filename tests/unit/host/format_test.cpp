#include "input/format.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "failure.h"
#include "input/byte_source.h"
#include "unit/host/datagram.h"

namespace weir::host {
namespace {

std::string_view view(const Octets& octets) {
  return {reinterpret_cast<const char*>(octets.bytes().data()), octets.size()};
}

// How many bytes of the text tell its format; all of it and one more when it does not.
std::size_t needed(std::string_view text) {
  std::size_t size = 0;
  while (size <= text.size() && detection_wants_more(text.substr(0, size))) ++size;
  return size;
}

TEST(Format, OfCapturesAndDatagramsIsFoundByTheFirstBytes) {
  EXPECT_EQ(detect_format(view(Octets().u32(0xa1b2c3d4).zeros(20))), Format::pcap);
  EXPECT_EQ(detect_format(view(Octets().u32(0x4d3cb2a1).zeros(20))), Format::pcap);
  EXPECT_EQ(detect_format(view(Octets().u32(0x0a0d0d0a).zeros(20))), Format::pcap);
  EXPECT_EQ(detect_format(view(Octets().u16(5).u16(30).zeros(20))), Format::netflow);
  EXPECT_EQ(detect_format(view(v9_of({}).overwrite16(2, 3))), Format::netflow);
  EXPECT_EQ(detect_format(view(ipfix_of({}))), Format::netflow);
}

TEST(Format, OfLinesIsFoundByTheFirstOne) {
  const std::pair<std::string_view, Format> cases[] = {
      {"#separator \\x09\n#set_separator\t,\n", Format::zeek},
      {"#fields\tts\tuid\n", Format::zeek},
      {"CEF:0|Vendor|Product|1|100|name|5|src=10.0.0.1\n", Format::cef},
      {"LEEF:1.0|Vendor|Product|1|100|src=10.0.0.1\n", Format::leef},
      {"<134>1 2024-01-01T00:00:00Z host app - - - text\n", Format::syslog},
      {"<5>Jan  1 00:00:00 host app: text\n", Format::syslog},
      {"<13>Jan  1 00:00:00 host CEF:0|Vendor|Product|1|100|name|5|\n", Format::syslog},
      {"Jan  1 00:00:00 host app: text\n", Format::syslog},
      {"Dec 31 23:59:59 host CEF:0|Vendor|Product|1|100|name|5|\n", Format::syslog},
      {"2024-03-10T02:30:00.123456+01:00 host app[1]: text\n", Format::syslog},
      {"2024-03-10T02:30:00 host app: text\n", Format::syslog},
  };
  for (const auto& [text, format] : cases) {
    EXPECT_EQ(detect_format(text), format) << text;
    EXPECT_EQ(detect_format("\xEF\xBB\xBF" + std::string(text)), format) << text;
    EXPECT_EQ(detect_format("\n \r\n" + std::string(text)), format) << text;
  }
}

TEST(Format, OfJsonIsFoundByTheKeysOfItsFirstEvent) {
  const std::pair<std::string_view, Format> cases[] = {
      {R"({"_path":"dns","ts":"2018-03-24T17:15:20.865716Z"})", Format::zeek_json},
      {R"({"ts":1521911720.865716,"uid":"CqKst53mF3det3eDV9"})", Format::zeek_json},
      {R"({"id.orig_h" : "10.0.0.1", "ts" : 1.5})", Format::zeek_json},
      {R"({"timestamp":"x","flow_id":1,"event_type":"alert"})", Format::suricata},
      {R"({"timestamp": "x", "event_type": "stats", "stats": {"uptime": 1}})", Format::suricata},
      {R"({"ts":1.5,"message":"uid"})", Format::ndjson},
      {R"({"timestamp":"x","event_type":"login","user":"a"})", Format::ndjson},
      {R"({"inner":{"_path":"dns"}})", Format::ndjson},
      {R"({"list":[{"_path":"dns"}],"a":"_path"})", Format::ndjson},
      {R"({"text":"\"_path\":1","escaped\"_path":1})", Format::ndjson},
      {R"({"a":1})", Format::ndjson},
      {"{\"a\":1}\n{\"_path\":\"dns\"}\n", Format::ndjson},
      {R"({"a":1} {"_path":"dns"})", Format::ndjson},
  };
  for (const auto& [text, format] : cases) {
    EXPECT_EQ(detect_format(text), format) << text;
    EXPECT_EQ(detect_format("\xEF\xBB\xBF" + std::string(text) + "\n"), format) << text;
  }
}

TEST(Format, OfJsonWithNamesOfTheSchemaIsNdjson) {
  EXPECT_EQ(detect_format(R"({"SourceAddress":"10.0.0.1","_path":"dns","ts":1})"), Format::ndjson);
  EXPECT_EQ(detect_format(R"({"timestamp":1,"event_type":"a","src_ip":"b","DeviceVendor":"c"})"),
            Format::ndjson);
}

TEST(Format, IsNdjsonWhenNothingElseFits) {
  for (const std::string_view text : {"",
                                      "\n",
                                      "  ",
                                      "{",
                                      "[1]",
                                      "text",
                                      "#comment\n",
                                      "# fields",
                                      "CEF",
                                      "CEF 0",
                                      "<",
                                      "<a>",
                                      "<1234>",
                                      "<12",
                                      "Jan",
                                      "Jan 1 00:00:00 ",
                                      "Jam  1 00:00:00 ",
                                      "anF  1 00:00:00 ",
                                      "Jan  1 00:00",
                                      "2024-03-10",
                                      "2024-03-10 02:30:00 host app: text",
                                      "\xEF\xBB",
                                      "{\"_path",
                                      "{\"_path\"",
                                      "{\"a\\"}) {
    EXPECT_EQ(detect_format(text), Format::ndjson) << text;
  }
}

TEST(Format, IsToldByNoMoreThanItTakes) {
  EXPECT_EQ(needed("text"), 1u);
  EXPECT_EQ(needed("#separator \\x09"), 11u);
  EXPECT_EQ(needed("#fields\tts"), 7u);
  EXPECT_EQ(needed("CEF:0|"), 4u);
  EXPECT_EQ(needed("Cef"), 2u);
  EXPECT_EQ(needed("LEEF:2.0|"), 5u);
  EXPECT_EQ(needed("<5>text"), 3u);
  EXPECT_EQ(needed("<134>1"), 5u);
  EXPECT_EQ(needed("<1345"), 5u);
  EXPECT_EQ(needed("Jan  1 00:00:00 host"), 16u);
  EXPECT_EQ(needed("January"), 4u);
  EXPECT_EQ(needed("{\"a\":1}\n{\"a\":2}\n"), 8u);
  EXPECT_EQ(needed("\xEF\xBB\xBFtext"), 4u);
  EXPECT_EQ(needed("\n\n text"), 4u);
  EXPECT_EQ(needed("\xd4\xc3\xb2\xa1"), 4u);
  EXPECT_EQ(needed("\n{}"), 4u) << "pcapng begins with a line feed, and a line may with a brace";
  EXPECT_EQ(needed(view(Octets().u16(9).zeros(22))), 20u);
  EXPECT_EQ(needed(view(Octets().u16(5).u16(30).zeros(22))), 24u);
  EXPECT_EQ(needed(view(Octets().u16(3).zeros(22))), 2u);
}

TEST(Format, IsToldByFourKibibytesAtTheLatest) {
  EXPECT_TRUE(detection_wants_more("{\"a\":1}")) << "its line may go on";
  EXPECT_EQ(needed("{\"_path\":\"" + std::string(5000, 'x')), 4096u);
  EXPECT_EQ(detect_format("{\"_path\":\"" + std::string(5000, 'x')), Format::zeek_json);
  EXPECT_EQ(needed(std::string(5000, ' ')), 4096u);
}

TEST(Format, OfAPipeIsFoundWithoutTheBytesBehindItsFirstLine) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const FileDescriptor writer(ends[1]);
  ByteSource source("pipe", FileDescriptor(ends[0]));
  const std::string_view line = "{\"_path\":\"dns\"}\n";
  ASSERT_EQ(::write(writer.number(), line.data(), line.size()), 16);
  EXPECT_EQ(find_format(source), Format::zeek_json);
  std::string read(line.size(), '\0');
  EXPECT_EQ(source.read(read), line.size());
  EXPECT_EQ(read, line);
}

TEST(Format, HasAName) {
  EXPECT_EQ(parse_format("pcap"), Format::pcap);
  EXPECT_EQ(parse_format("zeek-json"), Format::zeek_json);
  EXPECT_EQ(format_name(Format::suricata), "suricata");
  try {
    parse_format("xml");
    ADD_FAILURE();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::usage);
    EXPECT_NE(std::string(failure.what()).find("'xml'; use one of ndjson, cef"), std::string::npos);
  }
}

}  // namespace
}  // namespace weir::host
