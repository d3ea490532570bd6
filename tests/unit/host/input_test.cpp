#include "input/input.h"

#include <gtest/gtest.h>

#include <string>

#include "failure.h"

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

TEST(InputName, OfTcpIsNotSupportedYet) {
  EXPECT_NE(message_of("tcp://host:1").find("not supported yet"), std::string::npos);
}

}  // namespace
}  // namespace weir::host
