// Values of Zeek's logs: what a column's text is, by its type.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "input/formats/zeek_text.h"
#include "zeek_log.h"

namespace weir::host {
namespace {

// The value of the one column of that type.
std::string value(std::string_view type, std::string_view text) {
  ZeekLog log;
  log.read_all({"#fields\tkey\tother", fmt::format("#types\t{}\tstring", type)});
  const Values values = log.read(fmt::format("{}\tx", text)).last();
  return values.contains("key") ? values.at("key") : "absent";
}

TEST(Zeek, HasValuesOfTheirTypes) {
  EXPECT_EQ(value("bool", "T"), "b:true");
  EXPECT_EQ(value("bool", "F"), "b:false");
  EXPECT_EQ(value("count", "0"), "i:0");
  EXPECT_EQ(value("int", "-5"), "i:-5");
  EXPECT_EQ(value("port", "65535"), "i:65535");
  EXPECT_EQ(value("interval", "0.000870"), "f:0.000870");
  EXPECT_EQ(value("double", "-2.5"), "f:-2.500000");
  EXPECT_EQ(value("double", "1e3"), "f:1000.000000");
  EXPECT_EQ(value("time", "1521911720.865716"), "t:1521911720.865716");
  EXPECT_EQ(value("time", "2.385616957e+09"), "f:2385616957.000000");  // how Zeek writes a far one
  EXPECT_EQ(value("time", "-2.15e+09"), "f:-2150000000.000000");
  EXPECT_EQ(value("time", "-1418429426.887384"), "t:-1418429426.887384");
  EXPECT_EQ(value("subnet", "10.0.0.0/8"), "t:10.0.0.0/8");
  EXPECT_EQ(value("enum", "SSL::Invalid"), "t:SSL::Invalid");
}

TEST(Zeek, HasTextWhereAValueDoesNotFitItsType) {
  EXPECT_EQ(value("count", "9223372036854775807"), "i:9223372036854775807");
  EXPECT_EQ(value("count", "9223372036854775808"), "t:9223372036854775808");
  EXPECT_EQ(value("count", "12a"), "t:12a");
  EXPECT_EQ(value("count", "+1"), "t:+1");
  EXPECT_EQ(value("double", "nan"), "t:nan");
  EXPECT_EQ(value("double", "inf"), "t:inf");
  EXPECT_EQ(value("double", "."), "t:.");
  EXPECT_EQ(value("double", "1.2.3"), "t:1.2.3");
  EXPECT_EQ(value("bool", "true"), "t:true");
  EXPECT_EQ(value("vector[count]", "1,x,3"), "T:[1|x|3]");
}

TEST(Zeek, LeavesOutWhatIsUnsetOrEmpty) {
  EXPECT_EQ(value("string", "-"), "absent");
  EXPECT_EQ(value("string", "(empty)"), "absent");
  EXPECT_EQ(value("string", ""), "absent");
  EXPECT_EQ(value("count", "-"), "absent");
  EXPECT_EQ(value("set[string]", "-"), "absent");
  EXPECT_EQ(value("set[string]", "(empty)"), "absent");
  EXPECT_EQ(value("string", "--"), "t:--");
  EXPECT_EQ(value("string", "\\x2d"), "t:-");  // how Zeek writes what looks like a marker
  EXPECT_EQ(value("string", "\\x28empty)"), "t:(empty)");
}

TEST(Zeek, HasSetsAndVectorsAsArrays) {
  EXPECT_EQ(value("vector[string]", "a,b"), "T:[a|b]");
  EXPECT_EQ(value("set[enum]", "A::B"), "T:[A::B]");
  EXPECT_EQ(value("table[addr]", "10.0.0.1,::1"), "T:[10.0.0.1|::1]");
  EXPECT_EQ(value("set[port]", "80,443"), "I:[80|443]");
  EXPECT_EQ(value("vector[interval]", "1.500000,2.000000"), "F:[1.500000|2.000000]");
  EXPECT_EQ(value("vector[bool]", "T,F"), "T:[true|false]");
  EXPECT_EQ(value("vector[time]", "1.5,2.5"), "T:[1.5|2.5]");
}

TEST(Zeek, LeavesUnsetAndEmptyElementsOut) {
  EXPECT_EQ(value("vector[count]", "1,-,3"), "I:[1|3]");
  EXPECT_EQ(value("vector[string]", "a,-,(empty),,b"), "T:[a|b]");
  EXPECT_EQ(value("vector[string]", "-,-"), "absent");
  EXPECT_EQ(value("vector[double]", "-,-"), "absent");
}

TEST(Zeek, TakesEscapesBack) {
  EXPECT_EQ(value("string", "a\\x09b\\x0ac"), "t:a\tb\nc");
  EXPECT_EQ(value("string", "\\\\\\\\host\\\\C$"), "t:\\\\host\\C$");
  EXPECT_EQ(value("string", "\\x5c\\x23"), "t:\\#");
  EXPECT_EQ(value("string", "\\xd0\\xb6\\xD0\\xB0"), "t:жа");
  EXPECT_EQ(value("string", "\\xf0\\x9f\\x90\\x8d."), "t:🐍.");
  EXPECT_EQ(value("string", "жа"), "t:жа");
  EXPECT_EQ(value("vector[string]", "a\\x2cb,c\\\\"), "T:[a,b|c\\]");
  EXPECT_EQ(value("count", "\\x31"), "t:1");
}

// Zeek's JSON has them as these texts as well.
TEST(Zeek, KeepsEscapedWhatIsNoText) {
  for (const std::string_view text :
       {"\\x00\\x01", "\\x7f", "\\xff", "\\xd0", "\\xd0x", "\\xd0\\x20", "\\xc0\\x80",
        "\\xe0\\x9f\\xbf", "\\xed\\xa0\\x80", "\\xf4\\x90\\x80\\x80", "\\xf0\\x9f\\x90", "\\x",
        "\\x4", "\\xg0", "\\q", "\\"}) {
    const std::string expected = text == "\\xd0\\x20" ? "\\xd0 " : std::string(text);
    EXPECT_EQ(value("string", text), fmt::format("t:{}", expected));
  }
}

TEST(ZeekText, ReadsNumbersAsTheStandardLibraryDoes) {
  std::uint64_t state = 1;
  const auto random = [&] { return state = state * 6364136223846793005u + 1442695040888963407u; };
  for (int i = 0; i < 200'000; ++i) {
    std::string text = random() % 4 == 0 ? "-" : "";
    text += std::to_string(random() >> (random() % 64)).substr(0, 1 + random() % 20);
    if (random() % 4 != 0) text += fmt::format(".{}", random() >> (random() % 64));
    if (random() % 16 == 0) text += "e-7";
    double number = 0;
    ASSERT_TRUE(read_zeek_real(text, number)) << text;
    ASSERT_EQ(number, std::strtod(text.c_str(), nullptr)) << text;
  }
}

TEST(ZeekText, OfAHeaderIsGivenBackByteByByte) {
  EXPECT_EQ(unescape_zeek("\\x00\\xff\\x09"), std::string("\x00\xff\t", 3));
  EXPECT_EQ(unescape_zeek("\\\\a\\b\\"), "\\a\\b\\");
}

}  // namespace
}  // namespace weir::host
