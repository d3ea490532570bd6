#include "input/formats/leef.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/host/members.h"

namespace weir::host {
namespace {

ReadMessage leef(std::string_view text) { return read_one(text, read_leef); }

// The attributes of version 2.0 behind a delimiter's field, without the members of the header.
Members attributes(const std::string& text) {
  const ReadMessage read = leef("LEEF:2.0|v|p|1|e|" + text);
  EXPECT_EQ(read.problem, "") << text;
  Members members = read.members;
  for (const char* key : {"version", "vendor", "product", "productVersion", "eventId"}) {
    members.erase(std::string("leef.") + key);
  }
  return members;
}

TEST(Leef, OfVersion1HasAHeaderAndTabs) {
  const ReadMessage read = leef("LEEF:1.0|Acme|Wall|4.0 SP1|15345|src=192.0.2.1\tmsg=two words");
  EXPECT_EQ(read.members, (Members{{"leef.version", "1.0"},
                                   {"leef.vendor", "Acme"},
                                   {"leef.product", "Wall"},
                                   {"leef.productVersion", "4.0 SP1"},
                                   {"leef.eventId", "15345"},
                                   {"src", "192.0.2.1"},
                                   {"msg", "two words"}}));
}

TEST(Leef, NeedsNoAttributes) {
  EXPECT_EQ(leef("LEEF:1.0|v|p|1|e|").at("leef.eventId"), "e");
  EXPECT_EQ(leef("LEEF:1.0|v|p|1|e").at("leef.eventId"), "e");
  EXPECT_EQ(leef("LEEF:2.0|v|p|1|e").at("leef.eventId"), "e");
  EXPECT_EQ(attributes("^"), Members{});
  EXPECT_EQ(attributes("^|"), Members{});
}

TEST(Leef, OfVersion1MayNameADelimiterToo) {
  EXPECT_EQ(leef("LEEF:1.0|v|p|1|e|^|a=1^b=2").at("b"), "2");
  EXPECT_EQ(leef("LEEF:1.0|v|p|1|e|a=x|y\tb=2").at("a"), "x|y");
}

TEST(Leef, OfVersion2NamesItsDelimiter) {
  const Members both{{"a", "1"}, {"b", "2 3"}};
  EXPECT_EQ(attributes("^|a=1^b=2 3"), both);
  EXPECT_EQ(attributes("|a=1\tb=2 3"), both);
  EXPECT_EQ(attributes("\t|a=1\tb=2 3"), both);
}

TEST(Leef, MayWriteItsDelimiterInHexadecimal) {
  const Members both{{"a", "1"}, {"b", "2"}};
  EXPECT_EQ(attributes("0x09|a=1\tb=2"), both);
  EXPECT_EQ(attributes("x09|a=1\tb=2"), both);
  EXPECT_EQ(attributes("x9|a=1\tb=2"), both);
  EXPECT_EQ(attributes("0X5E|a=1^b=2"), both);
  EXPECT_EQ(attributes("0x005e|a=1^b=2"), both);
  EXPECT_EQ(attributes("xa6|a=1¦b=2"), both);
  EXPECT_EQ(attributes("x2502|a=1│b=2"), both);
}

TEST(Leef, MayHaveADelimiterOfSeveralCharacters) {
  EXPECT_EQ(attributes("¦|a=1¦b=2"), (Members{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(attributes("^^|a=1^2^^b=2"), (Members{{"a", "1^2"}, {"b", "2"}}));
  EXPECT_EQ(attributes("x|a=1xb=2"), (Members{{"a", "1"}, {"b", "2"}}));
}

TEST(Leef, OfVersion2MayLeaveTheDelimiterOut) {
  EXPECT_EQ(attributes("a=1\tb=2"), (Members{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(attributes("a=1|2\tb=2"), (Members{{"a", "1|2"}, {"b", "2"}}));
}

TEST(Leef, SplitsAttributesAtTheFirstSign) {
  EXPECT_EQ(attributes("^|url=http://a/?b=c^d=="), (Members{{"url", "http://a/?b=c"}, {"d", "="}}));
}

TEST(Leef, HasBlankPartsAndBlanksAroundKeys) {
  EXPECT_EQ(attributes("^|^a=1^^ b =2 ^ ^"), (Members{{"a", "1"}, {"b", "2 "}}));
}

TEST(Leef, KeepsWhatIsNoAttributeInTheValueBefore) {
  EXPECT_EQ(attributes("^|a=1^2^^3^b=4^=5"), (Members{{"a", "1^2^^3"}, {"b", "4^=5"}}));
}

TEST(Leef, HasEmptyValuesAndTakesTheLastOfTwo) {
  EXPECT_EQ(attributes("^|a=1^b=^a=2"), (Members{{"a", "2"}}));
}

TEST(Leef, StandsBehindAHeaderOfSyslog) {
  const ReadMessage read = leef("Jan 18 11:07:53 192.0.2.7 LEEF:1.0|v|p|1|e|src=192.0.2.1\r\n");
  EXPECT_EQ(read.at("syslog.hostname"), "192.0.2.7");
  EXPECT_EQ(read.at("syslog.timestamp"), "Jan 18 11:07:53");
  EXPECT_EQ(read.at("src"), "192.0.2.1");
}

TEST(Leef, ThatIsNoneIsRejected) {
  EXPECT_EQ(leef("an ordinary line").problem, "no 'LEEF:' with a version");
  EXPECT_EQ(leef("LEEF:1.0|v|p").problem,
            "the LEEF header ends before leef.productVersion, column 13");
  EXPECT_EQ(leef("LEEF:1.0|v|p|1|e|no attribute\ta=1").problem,
            "the LEEF attributes begin with text that is no key=value, column 18");
  EXPECT_EQ(leef("LEEF:2.0|v|p|1|e|more than 16 bytes|a=1").problem,
            "the LEEF delimiter is longer than 16 bytes, column 18");
}

}  // namespace
}  // namespace weir::host
