#include "input/input.h"

#include <gtest/gtest.h>

#include <string>

#include "failure.h"
#include "input/format.h"
#include "unit/host/datagram.h"

namespace weir::host {
namespace {

std::string message_of(const std::string& input) {
  try {
    parse_input(input);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::usage);
    return failure.what();
  }
  return {};
}

std::string_view view(const Octets& octets) {
  return {reinterpret_cast<const char*>(octets.bytes().data()), octets.size()};
}

TEST(InputName, IsAFileStandardInputOrASocket) {
  EXPECT_EQ(parse_input("events.ndjson").kind, InputName::Kind::file);
  EXPECT_EQ(parse_input("-").kind, InputName::Kind::standard_input);
  const InputName four = parse_input("udp://0.0.0.0:2055");
  EXPECT_EQ(four.kind, InputName::Kind::udp);
  EXPECT_EQ(four.host, "0.0.0.0");
  EXPECT_EQ(four.port, "2055");
  EXPECT_EQ(parse_input("udp://[::1]:9995").host, "::1");
  EXPECT_EQ(parse_input("udp://*:9995").host, "");
  EXPECT_EQ(parse_input("udp://:9995").host, "");
}

TEST(InputName, ThatIsNoAddressSaysHowToWriteOne) {
  for (const char* text : {"udp://", "udp://host", "udp://::1:2055", "udp://host:port",
                           "udp://host:65536", "udp://host:"}) {
    EXPECT_NE(message_of(text).find("udp://HOST:PORT"), std::string::npos) << text;
  }
}

TEST(InputName, IsASocketThatTakesConnections) {
  const InputName tcp = parse_input("tcp://[::]:5514");
  EXPECT_EQ(tcp.kind, InputName::Kind::tcp);
  EXPECT_EQ(tcp.host, "::");
  EXPECT_EQ(tcp.port, "5514");
  EXPECT_TRUE(is_listener(tcp.kind));
  EXPECT_NE(message_of("tcp://host").find("tcp://HOST:PORT"), std::string::npos);
}

TEST(InputName, IsASocketWithAPath) {
  const InputName stream = parse_input("unix:///run/weir.sock");
  EXPECT_EQ(stream.kind, InputName::Kind::unix_stream);
  EXPECT_EQ(stream.path, "/run/weir.sock");
  const InputName datagram = parse_input("unixgram:///run/weir.sock");
  EXPECT_EQ(datagram.kind, InputName::Kind::unix_datagram);
  EXPECT_FALSE(is_listener(datagram.kind));
  for (const char* text : {"unix://", "unix://run/weir.sock", "unix:///", "unix:///run/"}) {
    EXPECT_NE(message_of(text).find("unix:///PATH"), std::string::npos) << text;
  }
  EXPECT_EQ(parse_input("unix:///" + std::string(106, 'x')).path.size(), 107u);
  EXPECT_NE(message_of("unix:///" + std::string(107, 'x')).find("107 bytes"), std::string::npos);
}

TEST(InputFormat, IsFoundByTheFirstBytes) {
  EXPECT_EQ(detect_format(view(Octets().u32(0xa1b2c3d4).zeros(20))), Format::pcap);
  EXPECT_EQ(detect_format(view(Octets().u32(0x4d3cb2a1).zeros(20))), Format::pcap);
  EXPECT_EQ(detect_format(view(Octets().u32(0x0a0d0d0a).zeros(20))), Format::pcap);
  EXPECT_EQ(detect_format(view(Octets().u16(5).u16(30).zeros(20))), Format::netflow);
  EXPECT_EQ(detect_format(view(v9_of({}).overwrite16(2, 3))), Format::netflow);
  EXPECT_EQ(detect_format(view(ipfix_of({}))), Format::netflow);
}

TEST(InputFormat, IsNdjsonWhenNothingElseFits) {
  EXPECT_EQ(detect_format("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n"), Format::ndjson);
  EXPECT_EQ(detect_format(""), Format::ndjson);
  EXPECT_EQ(detect_format("\n"), Format::ndjson);
}

TEST(InputFormat, OfJsonIsClearFromTheFirstByte) {
  EXPECT_TRUE(detection_wants_more(""));
  EXPECT_FALSE(detection_wants_more("{"));
  EXPECT_FALSE(detection_wants_more(" "));
}

TEST(InputFormat, NeedsAsManyBytesAsTheLongestHeaderThatMayStillFit) {
  EXPECT_TRUE(detection_wants_more("\xd4\xc3"));
  EXPECT_FALSE(detection_wants_more("\xd4\xc3\xb2\xa1"));
  EXPECT_TRUE(detection_wants_more("\n"));  // pcapng begins with it, and so may a blank line
  EXPECT_FALSE(detection_wants_more("\n{"));
  const Octets header = Octets().u16(9).zeros(22);
  EXPECT_TRUE(detection_wants_more(view(header).substr(0, 23)));
  EXPECT_FALSE(detection_wants_more(view(header)));
}

TEST(InputFormat, ThatComesLaterIsRefusedAsSuch) {
  for (const char* name : {"cef", "syslog", "zeek", "suricata"}) {
    try {
      parse_format(name);
      ADD_FAILURE() << name;
    } catch (const Failure& failure) {
      EXPECT_NE(std::string(failure.what()).find("not supported yet"), std::string::npos);
    }
  }
  EXPECT_THROW(parse_format("xml"), Failure);
  EXPECT_EQ(parse_format("pcap"), Format::pcap);
}

}  // namespace
}  // namespace weir::host
