// CEF lines and what Logstash's codec makes of them, which renames keys to their full names: the
// same is done here with Weir's.
//
// Where Weir and the codec disagree:
// - Before `CEF:` the codec takes any text, as its field `syslog`. Weir takes what is a header of
//   syslog apart into `syslog.*`, and leaves out what is none ("Syslogdate Sysloghost").
// - Empty values are absent in Weir, everywhere.

#include <regex>

#include "golden/golden_cases.h"
#include "input/formats/cef.h"
#include "unit/host/members.h"

namespace weir::host {
namespace {

const std::map<std::string, std::string>& full_names() {
  static const std::map<std::string, std::string> names = {
      {"cef.version", "cefVersion"},
      {"cef.deviceVendor", "deviceVendor"},
      {"cef.deviceProduct", "deviceProduct"},
      {"cef.deviceVersion", "deviceVersion"},
      {"cef.signatureId", "deviceEventClassId"},
      {"cef.name", "name"},
      {"cef.severity", "severity"},
      {"act", "deviceAction"},
      {"agt", "agentAddress"},
      {"ahost", "agentHostName"},
      {"aid", "agentId"},
      {"amac", "agentMacAddress"},
      {"art", "agentReceiptTime"},
      {"at", "agentType"},
      {"atz", "agentTimeZone"},
      {"av", "agentVersion"},
      {"cat", "deviceEventCategory"},
      {"dhost", "destinationHostName"},
      {"dproc", "destinationProcessName"},
      {"dpt", "destinationPort"},
      {"dst", "destinationAddress"},
      {"dtz", "deviceTimeZone"},
      {"dvchost", "deviceHostName"},
      {"msg", "message"},
      {"outcome", "eventOutcome"},
      {"proto", "transportProtocol"},
      {"request", "requestUrl"},
      {"rt", "deviceReceiptTime"},
      {"shost", "sourceHostName"},
      {"spt", "sourcePort"},
      {"src", "sourceAddress"},
      {"start", "startTime"},
      {"suser", "sourceUserName"},
  };
  return names;
}

std::string full_name(const std::string& key) {
  if (const auto found = full_names().find(key); found != full_names().end()) return found->second;
  static const std::map<std::string, std::string> families = {
      {"cs", "deviceCustomString"},
      {"cn", "deviceCustomNumber"},
      {"cfp", "deviceCustomFloatingPoint"},
      {"c6a", "deviceCustomIPv6Address"},
  };
  static const std::regex custom("(cs|cn|cfp|c6a)([0-9]+)(Label)?");
  std::smatch parts;
  if (std::regex_match(key, parts, custom)) {
    return families.at(parts[1]) + parts[2].str() + parts[3].str();
  }
  // The codec writes an index as a path of its own.
  return std::regex_replace(key, std::regex("^(.*)(\\[[0-9]+\\])$"), "[$1]$2");
}

TEST(CefGolden, AgreesWithLogstash) {
  WEIR_NEED_GOLDEN_DATA("cef");
  std::size_t read_cases = 0, rejected_cases = 0;
  for (const GoldenCase& golden : golden_cases(golden_data() / "cef" / "logstash-tenzir.json")) {
    SCOPED_TRACE(golden.at("line"));
    const ReadMessage read = read_one(golden.at("line"), read_cef);
    if (golden.at("logstash_failure") == "true") {
      EXPECT_TRUE(read.rejected());
      ++rejected_cases;
      continue;
    }
    GoldenCase expected = below(golden, "logstash_fields");
    if (const auto prefix = expected.find("syslog"); prefix != expected.end()) {
      EXPECT_EQ(prefix->second, "Syslogdate Sysloghost");
      expected.erase(prefix);
    }
    GoldenCase named;
    for (const auto& [key, text] : read.members) named[full_name(key)] = text;
    EXPECT_EQ(read.problem, "");
    EXPECT_EQ(named, expected);
    ++read_cases;
  }
  EXPECT_EQ(read_cases, 34U);
  EXPECT_EQ(rejected_cases, 2U);
}

}  // namespace
}  // namespace weir::host
