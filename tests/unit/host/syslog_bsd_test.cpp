// The dialect of RFC 3164 and its variants.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/host/syslog_message.h"

namespace weir::host {
namespace {

// What a line is split into; "" where it says nothing.
struct Parts {
  std::string time, host, tag, process, message;

  bool operator==(const Parts&) const = default;
};

std::ostream& operator<<(std::ostream& to, const Parts& parts) {
  return to << '[' << parts.time << "] [" << parts.host << "] [" << parts.tag << "] ["
            << parts.process << "] [" << parts.message << ']';
}

Parts parts(std::string_view text) {
  const ReadMessage read = syslog(text);
  EXPECT_EQ(read.problem, "") << text;
  const auto get = [&](const char* key) {
    const auto found = read.members.find(std::string("syslog.") + key);
    return found == read.members.end() ? std::string() : found->second;
  };
  return {get("timestamp"), get("hostname"), get("appname"), get("procid"), get("message")};
}

TEST(BsdSyslog, IsAsInRfc3164) {
  const ReadMessage read = syslog("<34>Oct 11 22:14:15 mymachine su: 'su root' failed");
  EXPECT_EQ(read.at("syslog.pri"), "34");
  EXPECT_EQ(read.at("syslog.facility"), "4");
  EXPECT_EQ(read.at("syslog.severity"), "2");
  EXPECT_EQ(read.at("syslog.version"), "(absent)");
  EXPECT_EQ(parts("<34>Oct 11 22:14:15 mymachine su: 'su root' failed"),
            (Parts{"Oct 11 22:14:15", "mymachine", "su", "", "'su root' failed"}));
  EXPECT_EQ(parts("<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!"),
            (Parts{"Feb  5 17:32:18", "10.0.0.99", "", "", "Use the BFG!"}));
}

TEST(BsdSyslog, HasTags) {
  const auto tagged = [](const std::string& rest) { return parts("Oct 11 22:14:15 h " + rest); };
  const std::string time = "Oct 11 22:14:15";
  EXPECT_EQ(tagged("sshd[123]: Accepted"), (Parts{time, "h", "sshd", "123", "Accepted"}));
  EXPECT_EQ(tagged("postfix/smtpd[9]: x"), (Parts{time, "h", "postfix/smtpd", "9", "x"}));
  EXPECT_EQ(tagged("kernel[0] x"), (Parts{time, "h", "kernel", "0", "x"}));
  EXPECT_EQ(tagged("a.b[x y]: c"), (Parts{time, "h", "", "", "a.b[x y]: c"}));
  EXPECT_EQ(tagged("sudo:   root : TTY=x"), (Parts{time, "h", "sudo", "", "  root : TTY=x"}));
  EXPECT_EQ(tagged("app:"), (Parts{time, "h", "app", "", ""}));
  EXPECT_EQ(tagged("a::b: c"), (Parts{time, "h", "a::b", "", "c"}));
  EXPECT_EQ(tagged("last message repeated 2 times"),
            (Parts{time, "h", "", "", "last message repeated 2 times"}));
  EXPECT_EQ(tagged("http://a/b: c d"), (Parts{time, "h", "http://a/b", "", "c d"}));
  EXPECT_EQ(tagged("k=v: c"), (Parts{time, "h", "", "", "k=v: c"}));
  EXPECT_EQ(tagged("{\"a\": 1}"), (Parts{time, "h", "", "", "{\"a\": 1}"}));
}

TEST(BsdSyslog, MayHaveNoHost) {
  EXPECT_EQ(parts("<34>Oct 11 22:14:15 su: failed"),
            (Parts{"Oct 11 22:14:15", "", "su", "", "failed"}));
  EXPECT_EQ(parts("<34>Oct 11 22:14:15 sshd[1]: failed"),
            (Parts{"Oct 11 22:14:15", "", "sshd", "1", "failed"}));
  EXPECT_EQ(parts("<34>Oct 11 22:14:15 date=2024-01-02 type=\"x\""),
            (Parts{"Oct 11 22:14:15", "", "", "", "date=2024-01-02 type=\"x\""}));
  EXPECT_EQ(parts("<34>Oct 11 22:14:15 [2001:db8::1] su: x"),
            (Parts{"Oct 11 22:14:15", "[2001:db8::1]", "su", "", "x"}));
  EXPECT_EQ(parts("<34>Oct 11 22:14:15 2001:db8::1 su: x"),
            (Parts{"Oct 11 22:14:15", "2001:db8::1", "su", "", "x"}));
}

TEST(BsdSyslog, HasTimesOfOtherForms) {
  for (const char* time :
       {"Oct  1 22:14:15", "Oct 1 22:14:15", "Oct 01 22:14:15", "Oct 11 22:14:15.123",
        "Oct 11 2013 22:14:15", "2013 Oct 11 22:14:15", "2003-10-11T22:14:15Z",
        "2003-10-11T22:14:15.123456+02:00", "2003-10-11T22:14:15.123456789+0200",
        "2003-10-11T22:14:15", "2003-10-11 22:14:15"}) {
    EXPECT_EQ(parts(std::string("<34>") + time + " h su: x"), (Parts{time, "h", "su", "", "x"}));
    EXPECT_EQ(parts(std::string(time) + " h su: x"), (Parts{time, "h", "su", "", "x"}));
  }
}

TEST(BsdSyslog, MayHaveNoTimeBehindAPriority) {
  EXPECT_EQ(parts("<34>su[1]: failed"), (Parts{"", "", "su", "1", "failed"}));
  EXPECT_EQ(parts("<34>just words"), (Parts{"", "", "", "", "just words"}));
  EXPECT_EQ(parts("<189>date=2024-01-02 time=10:11:12 devname=\"f\""),
            (Parts{"", "", "", "", "date=2024-01-02 time=10:11:12 devname=\"f\""}));
  EXPECT_EQ(parts("<34>May we?"), (Parts{"", "", "", "", "May we?"}));
}

TEST(BsdSyslog, HasWhatCiscoWrites) {
  const std::string asa = "%ASA-6-302013";
  EXPECT_EQ(parts("<166>Oct 11 2013 22:14:15: %ASA-6-302013: Built"),
            (Parts{"Oct 11 2013 22:14:15", "", asa, "", "Built"}));
  EXPECT_EQ(parts("<166>Oct 11 2013 22:14:15 fw1 : %ASA-6-302013: Built"),
            (Parts{"Oct 11 2013 22:14:15", "fw1", asa, "", "Built"}));
  EXPECT_EQ(parts("<166>:Oct 11 22:14:15 UTC: %ASA-6-302013: Built"),
            (Parts{"Oct 11 22:14:15 UTC", "", asa, "", "Built"}));
  EXPECT_EQ(parts("<166>%ASA-6-302013: Built"), (Parts{"", "", asa, "", "Built"}));
  EXPECT_EQ(parts("Oct 11 22:14:15 fw1 %ASA-6-302013: Built"),
            (Parts{"Oct 11 22:14:15", "fw1", asa, "", "Built"}));
  EXPECT_EQ(parts("<189>237: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured"),
            (Parts{"Mar  1 18:46:11.123", "", "%SYS-5-CONFIG_I", "", "Configured"}));
  EXPECT_EQ(parts("<189>237: .Mar  1 18:46:11 CET: %SYS-5-CONFIG_I: Configured"),
            (Parts{"Mar  1 18:46:11 CET", "", "%SYS-5-CONFIG_I", "", "Configured"}));
  EXPECT_EQ(parts("<189>29: r1: 000124: *Mar  1 18:46:11: %SYS-5-CONFIG_I: Configured"),
            (Parts{"Mar  1 18:46:11", "r1", "%SYS-5-CONFIG_I", "", "Configured"}));
  EXPECT_EQ(parts("<189>29: %SYS-5-CONFIG_I: Configured"),
            (Parts{"", "", "%SYS-5-CONFIG_I", "", "Configured"}));
  EXPECT_EQ(parts("<187>: 2021 Mar 19 15:10:01 UTC: %ETHPORT-5-IF_DOWN: Interface"),
            (Parts{"2021 Mar 19 15:10:01 UTC", "", "%ETHPORT-5-IF_DOWN", "", "Interface"}));
  EXPECT_EQ(syslog("<189>000237: Mar  1 18:46:11: %SYS-5-X: y").at("syslog.sequence"), "000237");
}

TEST(BsdSyslog, HasAnUpperCaseTagWhereNoZoneIs) {
  EXPECT_EQ(parts("Oct 11 22:14:15 CRON: x"), (Parts{"Oct 11 22:14:15", "", "CRON", "", "x"}));
}

TEST(BsdSyslog, ReadsABodyThatIsCefOrLeef) {
  for (const char* text :
       {"<13>CEF:0|v|p|1|2|n|3|a=1", "<13>Oct 11 22:14:15 CEF:0|v|p|1|2|n|3|a=1",
        "Oct 11 22:14:15 h CEF:0|v|p|1|2|n|3|a=1", "Oct 11 22:14:15 h tag:  CEF:0|v|p|1|2|n|3|a=1",
        "Oct 11 22:14:15 h tag[1]: CEF: 0|v|p|1|2|n|3|a=1"}) {
    const ReadMessage read = syslog(text);
    EXPECT_EQ(read.at("cef.name"), "n") << text;
    EXPECT_EQ(read.at("a"), "1") << text;
    EXPECT_EQ(read.at("syslog.message"), "(absent)") << text;
  }
}

TEST(BsdSyslog, WithoutAPriorityNeedsATime) {
  const std::string neither =
      "the line begins neither with a priority such as <34> nor with a time, column 1";
  for (const char* text :
       {"an ordinary line", "Oct 32 22:14:15 h su: x", "Oct 11 22:14 h su: x",
        "Oct 11 24:14:15 h su: x", "Oct 11 22:14:15. h su: x", "oct 11 22:14:15 h x",
        "122 - - - - - -", "su: x", "2003-13-11T22:14:15Z h su: x"}) {
    EXPECT_EQ(syslog(text).problem, neither) << text;
  }
}

TEST(BsdSyslog, IsRejectedWhereItsTimeOrVersionIsNone) {
  for (const char* rest : {"Oct 32 22:14:15 h su: x", "1", "3a", "1000 2018-11-22", "0 - - -",
                           "2003-13-11T22:14:15Z h su: x"}) {
    EXPECT_EQ(syslog(std::string("<34>") + rest).problem,
              "neither a version of syslog nor a time follows the priority, column 5")
        << rest;
  }
}

TEST(BsdSyslog, IsRejectedWhereNothingFollows) {
  EXPECT_EQ(syslog("<34>").problem, "nothing follows the priority, column 5");
  EXPECT_EQ(syslog("<34>  ").problem, "nothing follows the priority, column 7");
  EXPECT_EQ(syslog("Oct 11 22:14:15").problem, "nothing follows the time, column 16");
  EXPECT_EQ(syslog("2003-11-02T23:12:46.012345").problem, "nothing follows the time, column 27");
  EXPECT_EQ(syslog("Oct 11 22:14:15x h su: x").problem, "no blank follows the time, column 16");
}

TEST(BsdSyslog, TakesNoWordForAHostOrTagThatIsTooLong) {
  const std::string host(256, 'h'), tag(129, 't');
  EXPECT_EQ(parts("Oct 11 22:14:15 " + host + " x"),
            (Parts{"Oct 11 22:14:15", "", "", "", host + " x"}));
  EXPECT_EQ(parts("Oct 11 22:14:15 h " + tag + ": x"),
            (Parts{"Oct 11 22:14:15", "h", "", "", tag + ": x"}));
}

}  // namespace
}  // namespace weir::host
