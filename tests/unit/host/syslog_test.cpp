// RFC 5424. The older dialect is in syslog_bsd_test.cpp.

#include "input/formats/syslog.h"

#include <gtest/gtest.h>

#include <string>

#include "input/message_reader.h"
#include "unit/host/syslog_message.h"

namespace weir::host {
namespace {

std::string problem(const std::string& text) { return syslog(text).problem; }

// A message with this structured data.
ReadMessage with_data(const std::string& data) { return syslog("<1>1 - - - - - " + data); }

TEST(Syslog, OfRfc5424HasAllPartsOfItsHeader) {
  const ReadMessage read =
      syslog("<165>1 2003-08-24T05:14:15.000003-07:00 host.example app 8710 ID47 - two words ");
  EXPECT_EQ(read.members, (Members{{"syslog.pri", "165"},
                                   {"syslog.facility", "20"},
                                   {"syslog.severity", "5"},
                                   {"syslog.version", "1"},
                                   {"syslog.timestamp", "2003-08-24T05:14:15.000003-07:00"},
                                   {"syslog.hostname", "host.example"},
                                   {"syslog.appname", "app"},
                                   {"syslog.procid", "8710"},
                                   {"syslog.msgid", "ID47"},
                                   {"syslog.message", "two words "}}));
}

TEST(Syslog, LeavesOutWhatIsADash) {
  const Members bare{{"syslog.pri", "0"},
                     {"syslog.facility", "0"},
                     {"syslog.severity", "0"},
                     {"syslog.version", "999"}};
  EXPECT_EQ(syslog("<0>999 - - - - - -").members, bare);
  EXPECT_EQ(syslog("<0>999 - - - - - - ").members, bare);
}

TEST(Syslog, HasStructuredData) {
  const ReadMessage read = with_data(R"([a@1 x="1" y="two words"][b][c.d z=""] [text])");
  EXPECT_EQ(read.problem, "");
  EXPECT_EQ(read.at("syslog.sd.a@1.x"), "1");
  EXPECT_EQ(read.at("syslog.sd.a@1.y"), "two words");
  EXPECT_EQ(read.at("syslog.sd.c.d.z"), "(absent)");
  EXPECT_EQ(read.at("syslog.message"), "[text]");
}

TEST(Syslog, UnescapesThreeCharactersInParameters) {
  const ReadMessage read = with_data(R"([a q="\"x\"" b="\\" c="[\]" d="C:\temp\\x"])");
  EXPECT_EQ(read.at("syslog.sd.a.q"), "\"x\"");
  EXPECT_EQ(read.at("syslog.sd.a.b"), "\\");
  EXPECT_EQ(read.at("syslog.sd.a.c"), "[]");
  EXPECT_EQ(read.at("syslog.sd.a.d"), R"(C:\temp\x)");
}

TEST(Syslog, TakesTheLastOfTwoParameters) {
  EXPECT_EQ(with_data(R"([a x="1" x="2"])").at("syslog.sd.a.x"), "2");
}

TEST(Syslog, RemovesAByteOrderMarkBeforeTheMessage) {
  EXPECT_EQ(with_data("- \xEF\xBB\xBFтекст").at("syslog.message"), "текст");
}

TEST(Syslog, HasAnyBytesInItsMessage) {
  EXPECT_EQ(with_data("- \xC3\x28\rz").at("syslog.message"), "\xC3\x28\rz");
  EXPECT_EQ(with_data("- a\nb\n").at("syslog.message"), "a\nb");
}

TEST(Syslog, KeepsJsonOfCeeAsText) {
  EXPECT_EQ(with_data("- @cee: {\"a\": 1}").at("syslog.message"), "@cee: {\"a\": 1}");
}

TEST(Syslog, RejectsBadPriorities) {
  EXPECT_EQ(problem("<192>1 - - - - - -"), "the priority is not 0 to 191, column 2");
  EXPECT_EQ(problem("<01>1 - - - - - -"), "the priority is not 0 to 191, column 2");
  for (const char* text : {"<>1 - - - - - -", "<1234>1 - - - - - -", "<1", "<1x>1 -", "<-1>1 -"}) {
    EXPECT_EQ(problem(text), "the priority is not a number in angle brackets, column 1") << text;
  }
}

TEST(Syslog, RejectsTimesThatRfc5424DoesNotAllow) {
  for (const char* time :
       {"2003-10-11t22:14:15Z", "2003-10-11 22:14:15Z", "2003-10-11T22:14:15",
        "2003-13-11T22:14:15Z", "2003-09-31T22:14:15Z", "2003-02-29T22:14:15Z",
        "1900-02-29T22:14:15Z", "2003-10-11T24:14:15Z", "2003-10-11T22:60:15Z",
        "2003-10-11T22:14:60Z", "2003-10-11T22:14:15.Z", "2003-10-11T22:14:15.1234567Z",
        "2003-10-11T22:14:15+0300", "2003-10-11T22:14:15-24:00", "2003-10-11T22:14:15+01:60",
        "2003-10-11T22:14:15z", "2003-10-11", "1563249630.774247467", "--"}) {
    EXPECT_EQ(problem(std::string("<1>1 ") + time + " - - - - -"),
              "the time is neither '-' nor one such as 2003-10-11T22:14:15.003Z, column 6")
        << time;
  }
  for (const char* time : {"2004-02-29T00:00:00Z", "2000-02-29T23:59:59.1+23:59"}) {
    EXPECT_EQ(problem(std::string("<1>1 ") + time + " - - - - -"), "") << time;
  }
}

TEST(Syslog, LimitsThePartsOfTheHeader) {
  const auto with = [](std::size_t host, std::size_t app, std::size_t process, std::size_t id) {
    return "<1>1 - " + std::string(host, 'h') + " " + std::string(app, 'a') + " " +
           std::string(process, 'p') + " " + std::string(id, 'i') + " -";
  };
  EXPECT_EQ(problem(with(255, 48, 128, 32)), "");
  EXPECT_EQ(problem(with(256, 48, 128, 32)),
            "the hostname is longer than 255 characters, column 8");
  EXPECT_EQ(problem(with(1, 49, 128, 32)), "the app-name is longer than 48 characters, column 10");
  EXPECT_EQ(problem(with(1, 1, 129, 32)), "the procid is longer than 128 characters, column 12");
  EXPECT_EQ(problem(with(1, 1, 1, 33)), "the msgid is longer than 32 characters, column 14");
  EXPECT_EQ(problem(with(1, 0, 1, 1)), "the app-name is missing, column 10");
  EXPECT_EQ(problem("<1>1 - h\x01 a p i -"), "the hostname is not printable ASCII, column 9");
  EXPECT_EQ(problem("<1>1 - h я p i -"), "the app-name is not printable ASCII, column 10");
  EXPECT_EQ(problem("<1>1 - h a p"), "the header ends with its procid, column 13");
}

TEST(Syslog, RejectsBadStructuredData) {
  const auto data_problem = [](const std::string& data) { return with_data(data).problem; };
  EXPECT_EQ(data_problem("x"), "neither '-' nor structured data follows the msgid, column 16");
  EXPECT_EQ(data_problem(""), "neither '-' nor structured data follows the msgid, column 16");
  EXPECT_EQ(data_problem("-x"), "no space follows the structured data, column 17");
  EXPECT_EQ(data_problem("[a]x"), "no space follows the structured data, column 19");
  for (const char* data : {"[]", "[=]", "[ a]", "[\"]", "[я]"}) {
    EXPECT_EQ(data_problem(data),
              "an element's id is not 1 to 32 printable ASCII characters, column 17")
        << data;
  }
  EXPECT_EQ(data_problem("[" + std::string(32, 'a') + "]"), "");
  EXPECT_NE(data_problem("[" + std::string(33, 'a') + "]"), "");
  EXPECT_NE(data_problem("[a " + std::string(33, 'x') + "=\"1\"]"), "");
  EXPECT_EQ(data_problem("[a x=1]"), "a parameter is not written as name=\"value\", column 20");
  EXPECT_EQ(data_problem("[a x=\"1\"y=\"2\"]"),
            "neither a space nor ']' follows in the structured data, column 24");
  EXPECT_EQ(data_problem("[a x=\"1"),
            "a parameter's value has no quotation mark at its end, column 21");
  EXPECT_NE(data_problem("[a x=\"1\\"), "");
  EXPECT_EQ(data_problem("[a x=\"1]\"]"),
            "a ']' in a parameter's value is not written as \\], column 23");
  EXPECT_EQ(data_problem("[a][a]"),
            "an element's id comes twice in the structured data, column 20");
  EXPECT_EQ(data_problem("[a"),
            "neither a space nor ']' follows in the structured data, column 18");
  std::string many;
  for (int i = 0; i < 65; ++i) many += "[a" + std::to_string(i) + "]";
  EXPECT_NE(data_problem(many).find("more than 64 elements"), std::string::npos);
}

TEST(Syslog, ReadsABodyThatIsCefOrLeef) {
  const PresetIds presets{.cef = 1, .leef = 2, .syslog = 3};
  const auto read = [&](std::string_view text) {
    Records records;
    MessageReader(Format::syslog, presets).read({text, 7, 0}, records);
    return read_back(records);
  };
  const ReadMessage cef = read("<13>1 - h a - - - CEF:0|v|p|1|2|n|3|src=192.0.2.1 msg=two words");
  EXPECT_EQ(cef.preset, 1U);
  EXPECT_EQ(cef.at("syslog.appname"), "a");
  EXPECT_EQ(cef.at("cef.name"), "n");
  EXPECT_EQ(cef.at("msg"), "two words");
  EXPECT_EQ(cef.at("syslog.message"), "(absent)");
  const ReadMessage leef = read("<13>Oct 11 22:14:15 h LEEF:1.0|v|p|1|2|src=192.0.2.1\tmsg=x");
  EXPECT_EQ(leef.preset, 2U);
  EXPECT_EQ(leef.at("syslog.hostname"), "h");
  EXPECT_EQ(leef.at("msg"), "x");
  EXPECT_EQ(read("<13>1 - h a - - - text").preset, 3U);
  EXPECT_EQ(read("<13>1 - h a - - - CEF: a talk").at("syslog.message"), "CEF: a talk");
  EXPECT_EQ(read("<13>1 - h a - - - CEF:0|v").problem,
            "the CEF header ends before cef.deviceProduct, column 26");
}

TEST(MessageReader, PassesOverBlankLinesAndAMarkAtTheStart) {
  Records records;
  MessageReader reader(Format::syslog, {});
  for (const char* blank : {"", " \t", "\r"}) reader.read({blank, 2, 0}, records);
  EXPECT_TRUE(records.empty());
  reader.read({"\xEF\xBB\xBF<1>1 - - - - - -", 1, 0}, records);
  EXPECT_EQ(read_back(records).problem, "");
}

}  // namespace
}  // namespace weir::host
