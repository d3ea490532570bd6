#include "input/input.h"

#include <gtest/gtest.h>

#include <string>

#include "failure.h"

namespace weir::host {
namespace {

std::string input_problem(const std::string& input) {
  try {
    parse_input(input);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::usage);
    return failure.what();
  }
  return {};
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
    EXPECT_NE(input_problem(text).find("udp://HOST:PORT"), std::string::npos) << text;
  }
}

TEST(InputName, WithAnUnknownSchemeSaysWhatThereIs) {
  for (const char* text : {"http://host/x", "tls://host:1", "file:///var/log/messages"}) {
    EXPECT_NE(input_problem(text).find("is no input; name a file"), std::string::npos) << text;
  }
  for (const char* text : {"://x", "./a://b", "a:b", "tcp:/host"}) {
    EXPECT_EQ(parse_input(text).kind, InputName::Kind::file) << text;
  }
}

TEST(InputName, IsASocketThatTakesConnections) {
  const InputName tcp = parse_input("tcp://[::]:5514");
  EXPECT_EQ(tcp.kind, InputName::Kind::tcp);
  EXPECT_EQ(tcp.host, "::");
  EXPECT_EQ(tcp.port, "5514");
  EXPECT_TRUE(is_listener(tcp.kind));
  EXPECT_NE(input_problem("tcp://host").find("tcp://HOST:PORT"), std::string::npos);
}

TEST(InputName, IsASocketWithAPath) {
  const InputName stream = parse_input("unix:///run/weir.sock");
  EXPECT_EQ(stream.kind, InputName::Kind::unix_stream);
  EXPECT_EQ(stream.path, "/run/weir.sock");
  const InputName datagram = parse_input("unixgram:///run/weir.sock");
  EXPECT_EQ(datagram.kind, InputName::Kind::unix_datagram);
  EXPECT_FALSE(is_listener(datagram.kind));
  for (const char* text : {"unix://", "unix://run/weir.sock", "unix:///", "unix:///run/"}) {
    EXPECT_NE(input_problem(text).find("unix:///PATH"), std::string::npos) << text;
  }
  EXPECT_EQ(parse_input("unix:///" + std::string(106, 'x')).path.size(), 107u);
  EXPECT_NE(input_problem("unix:///" + std::string(107, 'x')).find("107 bytes"), std::string::npos);
}

}  // namespace
}  // namespace weir::host
