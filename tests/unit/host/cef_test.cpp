#include "input/formats/cef.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/host/members.h"

namespace weir::host {
namespace {

ReadMessage cef(std::string_view text) { return read_one(text, read_cef); }

// The members of an extension, without those of the header.
Members extension(const std::string& text) {
  const ReadMessage read = cef("CEF:0||||||" + std::string("|") + text);
  EXPECT_EQ(read.problem, "") << text;
  Members members = read.members;
  members.erase("cef.version");
  return members;
}

TEST(Cef, HasTheSevenPartsOfItsHeader) {
  const ReadMessage read = cef("CEF:1|Acme|Wall|7.1|100|port scan|Very-High|src=192.0.2.1");
  EXPECT_EQ(read.members, (Members{{"cef.version", "1"},
                                   {"cef.deviceVendor", "Acme"},
                                   {"cef.deviceProduct", "Wall"},
                                   {"cef.deviceVersion", "7.1"},
                                   {"cef.signatureId", "100"},
                                   {"cef.name", "port scan"},
                                   {"cef.severity", "Very-High"},
                                   {"src", "192.0.2.1"}}));
}

TEST(Cef, UnescapesPipesAndBackslashesOfTheHeaderAndNothingElse) {
  const ReadMessage read = cef(R"(CEF:0|a\|b|c\\|d\\\|e|f\=g|h\n|\|i\\|)");
  EXPECT_EQ(read.at("cef.deviceVendor"), "a|b");
  EXPECT_EQ(read.at("cef.deviceProduct"), "c\\");
  EXPECT_EQ(read.at("cef.deviceVersion"), "d\\|e");
  EXPECT_EQ(read.at("cef.signatureId"), "f\\=g");
  EXPECT_EQ(read.at("cef.name"), "h\\n");
  EXPECT_EQ(read.at("cef.severity"), "|i\\");
}

TEST(Cef, NeedsNoExtension) {
  EXPECT_EQ(cef("CEF:0|a|b|c|d|e|5|").at("cef.severity"), "5");
  EXPECT_EQ(cef("CEF:0|a|b|c|d|e|5").at("cef.severity"), "5");
  EXPECT_EQ(cef("CEF:0|a|b|c|d|e|5|  ").problem, "");
}

TEST(Cef, UnescapesValuesOfTheExtension) {
  EXPECT_EQ(extension(R"(a=x\=y b=1\\2 c=one\ntwo\rthree d=end\\)"),
            (Members{{"a", "x=y"}, {"b", "1\\2"}, {"c", "one\ntwo\rthree"}, {"d", "end\\"}}));
}

TEST(Cef, KeepsBackslashesThatEscapeNothing) {
  EXPECT_EQ(extension(R"(a=C:\temp\x b=p\|q c=\)"),
            (Members{{"a", R"(C:\temp\x)"}, {"b", R"(p\|q)"}, {"c", "\\"}}));
}

TEST(Cef, HasValuesOfSeveralWordsUpToTheNextKey) {
  EXPECT_EQ(extension("msg=two words  and more  src=192.0.2.1 cs1Label=Rule Name\tact=drop  "),
            (Members{{"msg", "two words  and more"},
                     {"src", "192.0.2.1"},
                     {"cs1Label", "Rule Name"},
                     {"act", "drop"}}));
}

TEST(Cef, HasSignsInValuesThatAreNoKeys) {
  EXPECT_EQ(extension("a=this =has = signs b=x=y=z c=Guid:test=' d=see /p?q=1 e=r"),
            (Members{{"a", "this =has = signs"},
                     {"b", "x=y=z"},
                     {"c", "Guid:test='"},
                     {"d", "see /p?q=1"},
                     {"e", "r"}}));
}

TEST(Cef, HasNoKeyThatEndsWithABackslash) {
  EXPECT_EQ(extension(R"(q=start key\=value aa.bc&key3\=4 z=end)"),
            (Members{{"q", "start key=value aa.bc&key3=4"}, {"z", "end"}}));
}

TEST(Cef, HasKeysWithDotsAndIndexes) {
  EXPECT_EQ(extension("_v=0 ad.Error_,Code=3 ad.x-y=4 ad.name[12]=n"),
            (Members{{"_v", "0"}, {"ad.Error_,Code", "3"}, {"ad.x-y", "4"}, {"ad.name[12]", "n"}}));
}

TEST(Cef, HasNoKeysWithOtherCharacters) {
  EXPECT_EQ(extension("m=a x-y=1 p,q=2 .r=3 []=4 s[]=5 t[x]=6 п=7"),
            (Members{{"m", "a x-y=1 p,q=2 .r=3 []=4 s[]=5 t[x]=6 п=7"}}));
}

TEST(Cef, HasEmptyValues) {
  EXPECT_EQ(extension("start= cs1= cs1Label=Foo Bar end="), (Members{{"cs1Label", "Foo Bar"}}));
}

TEST(Cef, TakesTheLastOfTwoValues) {
  EXPECT_EQ(extension("a=1 b=2 a=3"), (Members{{"a", "3"}, {"b", "2"}}));
}

TEST(Cef, EndsBeforeTheEndOfALine) {
  EXPECT_EQ(extension("a=1\r\n"), (Members{{"a", "1"}}));
  EXPECT_EQ(extension(std::string("a=1\n\0", 5)), (Members{{"a", "1"}}));
}

TEST(Cef, StandsBehindAHeaderOfSyslog) {
  const ReadMessage read = cef("<134>Oct 11 22:14:15 fw1 CEF: 0|Acme|Wall|7|1|scan|3|act=drop");
  EXPECT_EQ(read.at("syslog.hostname"), "fw1");
  EXPECT_EQ(read.at("syslog.timestamp"), "Oct 11 22:14:15");
  EXPECT_EQ(read.at("cef.version"), "0");
  EXPECT_EQ(read.at("cef.name"), "scan");
  EXPECT_EQ(read.at("act"), "drop");
  EXPECT_EQ(read.at("syslog.message"), "(absent)");
}

TEST(Cef, StandsBehindAnythingElse) {
  const ReadMessage read = cef("a day a host CEF:0|Acme|Wall|7|1|scan|3|act=drop");
  EXPECT_EQ(read.at("cef.name"), "scan");
  EXPECT_EQ(read.at("syslog.hostname"), "(absent)");
}

TEST(Cef, IsNotWhatTheStructuredDataSays) {
  const ReadMessage read =
      cef(R"(<134>1 - h a - - [x y="CEF:0|"] from CEF:0|Acme|Wall|7|1|scan|3|act=drop)");
  EXPECT_EQ(read.at("syslog.sd.x.y"), "CEF:0|");
  EXPECT_EQ(read.at("cef.name"), "scan");
}

TEST(Cef, ThatIsNoneIsRejected) {
  EXPECT_EQ(cef("an ordinary line").problem, "no 'CEF:' with a version");
  EXPECT_EQ(cef("CEF:x|a|b").problem, "no 'CEF:' with a version");
  EXPECT_EQ(cef("SCEF:0|a|b").problem, "no 'CEF:' with a version");
  EXPECT_EQ(cef("<1>1 - - - - - [x y=\"CEF:0\"]").problem,
            "no CEF or LEEF follows the header of syslog, column 29");
}

TEST(Cef, ThatEndsInItsHeaderIsRejected) {
  EXPECT_EQ(cef("CEF:0|a|b|c").problem, "the CEF header ends before cef.signatureId, column 12");
  EXPECT_EQ(cef(R"(CEF:0|a|b|c|d|e\|5)").problem,
            "the CEF header ends before cef.severity, column 19");
}

TEST(Cef, WithTextBeforeTheFirstKeyIsRejected) {
  EXPECT_EQ(cef("CEF:0|a|b|c|d|e|5| only text").problem,
            "the CEF extension begins with text that is no key=value, column 20");
  EXPECT_TRUE(cef("CEF:0|a|b|c|d|e|5|text src=192.0.2.1").rejected());
  EXPECT_TRUE(cef("CEF:0|a|b|c|d|e|5|=x").rejected());
}

TEST(Cef, WithALineFeedInItIsRejected) {
  EXPECT_EQ(cef("CEF:0|a|b|c|d|e|5|a=1\nCEF:0|a|b|c|d|e|5|a=1").problem,
            "a line feed in CEF that is not written as \\n, column 22");
}

TEST(Cef, CountsColumnsInCharacters) {
  EXPECT_EQ(cef("CEF:0|вася|b|c|d|e|5|текст").problem,
            "the CEF extension begins with text that is no key=value, column 22");
}

}  // namespace
}  // namespace weir::host
