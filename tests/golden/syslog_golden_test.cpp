// Syslog lines and what go-syslog's reader of RFC 5424 makes of them.
//
// Where Weir and go-syslog disagree, by case:
// - 026, `<102>abc 2018-11-22`: go-syslog was asked for RFC 5424 alone. No version follows the
//   priority, so it is of the older dialect, where all the rest is the message (RFC 3164, 4.3.2).
// - 116, `[meta escape="\n"]`: RFC 5424, 6.3.3, wants a backslash before another character than
//   `"`, `\` and `]` read as a backslash.
// - 122, a message that begins with a byte order mark: it says how the message is encoded and is no
//   part of it (RFC 5424, 6.4). go-syslog leaves it there.
// - 142 to 178, messages that are not UTF-8: a message may have any bytes (RFC 5424, 6: MSG-ANY is
//   *OCTET), which rsyslog and syslog-ng take, too. To Weir, invalid UTF-8 is data.

#include <cstdio>
#include <ctime>
#include <fstream>
#include <set>

#include "golden/golden_cases.h"
#include "input/formats/syslog.h"
#include "unit/host/members.h"

namespace weir::host {
namespace {

const std::set<std::string>& weir_reads() {
  static const std::set<std::string> cases = [] {
    std::set<std::string> all = {"gosyslog-026", "gosyslog-116"};
    for (int i = 142; i <= 178; i += 2) all.insert("gosyslog-" + std::to_string(i));
    return all;
  }();
  return cases;
}

std::string from_base64(const std::string& text) {
  static const std::string digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0, count = 0;
  for (const char c : text.substr(0, text.find('='))) {
    bits = (bits << 6U) | static_cast<unsigned>(digits.find(c));
    count += 6;
    if (count >= 8) bytes += static_cast<char>((bits >> (count -= 8)) & 0xFFU);
  }
  return bytes;
}

std::string line_of(const GoldenCase& golden) {
  const auto encoded = golden.find("line_b64");
  return encoded == golden.end() ? golden.at("line") : from_base64(encoded->second);
}

// As go-syslog's golden writes a time: in UTC, a part of a second without zeros at its end.
std::string in_utc(const std::string& time) {
  std::tm tm{};
  int read = 0;
  if (std::sscanf(time.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                  &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &read) != 6) {
    return "no time: " + time;
  }
  tm.tm_year -= 1900;
  tm.tm_mon -= 1;
  const std::size_t zone = time.find_first_of("Z+-", static_cast<std::size_t>(read));
  std::string fraction =
      time.substr(static_cast<std::size_t>(read), zone - static_cast<std::size_t>(read));
  while (fraction.ends_with('0')) fraction.pop_back();
  if (fraction == ".") fraction.clear();
  int hours = 0, minutes = 0;
  std::sscanf(time.c_str() + zone + 1, "%2d:%2d", &hours, &minutes);
  const int east = (time[zone] == '-' ? -1 : 1) * (hours * 60 + minutes);
  const std::time_t seconds = timegm(&tm) - east * 60;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  return text + fraction + "Z";
}

// The members as go-syslog names its fields.
GoldenCase as_golden(const ReadMessage& read) {
  GoldenCase fields;
  for (const auto& [key, text] : read.members) {
    const std::string name = key.substr(std::string("syslog.").size());
    if (name == "timestamp") {
      fields[name] = in_utc(text);
    } else if (name.starts_with("sd.")) {
      const std::size_t dot = name.rfind('.');
      fields["structured_data/" + name.substr(3, dot - 3) + "/" + name.substr(dot + 1)] = text;
    } else {
      fields[name] = text;
    }
  }
  return fields;
}

void expect_same(const GoldenCase& golden) {
  const std::string line = line_of(golden);
  SCOPED_TRACE(golden.at("id") + ": " + line);
  const ReadMessage read = read_one(line, read_syslog);
  if (golden.at("valid") == "false") {
    EXPECT_EQ(read.rejected(), !weir_reads().contains(golden.at("id"))) << golden.at("error");
    return;
  }
  GoldenCase expected = below(golden, "fields");
  if (golden.at("id") == "gosyslog-122") expected["message"].erase(0, 3);
  EXPECT_EQ(read.problem, "");
  EXPECT_EQ(as_golden(read), expected);
}

TEST(SyslogGolden, AgreesWithGoSyslogOnItsVectors) {
  WEIR_NEED_GOLDEN_DATA("syslog");
  const auto cases = golden_cases(golden_data() / "syslog" / "rfc5424-vectors.json");
  EXPECT_EQ(cases.size(), 93U);
  for (const GoldenCase& golden : cases) expect_same(golden);
}

TEST(SyslogGolden, AgreesWithGoSyslogOnRealLines) {
  WEIR_NEED_GOLDEN_DATA("syslog");
  const auto cases = golden_cases(golden_data() / "syslog" / "wrccdc-rfc5424.parsed-sample.json");
  EXPECT_EQ(cases.size(), 119U);
  for (const GoldenCase& golden : cases) expect_same(golden);
}

TEST(SyslogGolden, ReadsAllRealLines) {
  WEIR_NEED_GOLDEN_DATA("syslog");
  std::ifstream file(golden_data() / "syslog" / "wrccdc-rfc5424.log");
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    const ReadMessage read = read_one(line, read_syslog);
    ASSERT_EQ(read.problem, "") << line;
    ASSERT_NE(read.at("syslog.hostname"), "(absent)") << line;
    ASSERT_NE(read.at("syslog.timestamp"), "(absent)") << line;
  }
  EXPECT_EQ(lines, 2378U);
}

}  // namespace
}  // namespace weir::host
