#include "base/text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "real_data.h"

namespace weir {
namespace {

using namespace std::string_view_literals;

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string as_text(double number) {
  char buffer[32];
  return std::string(format_double(number, buffer));
}

// Eight plain bytes go at once: any other byte must be found wherever it stands.
TEST(Text, WritesAByteTheSameWhereverItStands) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string alone = as_json(std::string(1, static_cast<char>(byte)));
    const std::string escaped = alone.substr(1, alone.size() - 2);
    for (std::size_t size = 1; size < 20; ++size)
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(byte);
        std::string expected = "\"";
        expected.append(at, 'x').append(escaped).append(size - at - 1, 'x').append("\"");
        ASSERT_EQ(as_json(text), expected) << byte;
      }
  }
}

TEST(Text, CountsCodePointsNotBytes) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("abc"), 3U);
  EXPECT_EQ(count_code_points("вход"), 4U);
  EXPECT_EQ(count_code_points("a\xE2\x82\xAC\xF0\x9F\x98\x80z"), 4U);
}

TEST(Text, CountsAnInvalidByteAsOneCodePoint) {
  EXPECT_EQ(count_code_points("a\xFF\xFEz"), 4U);
  EXPECT_EQ(count_code_points("\xE2\x82"), 2U);  // cut in the middle
}

TEST(Text, FindsTheFirstByteThatIsNotUtf8) {
  constexpr auto none = std::string_view::npos;
  EXPECT_EQ(find_invalid_utf8(""), none);
  EXPECT_EQ(find_invalid_utf8("a\0b"sv), none);
  EXPECT_EQ(find_invalid_utf8("ab\x80"), 2U);
  EXPECT_EQ(find_invalid_utf8("\xC0\xAF"), 0U);                    // overlong
  EXPECT_EQ(find_invalid_utf8("x\xE0\x9F\xBF"), 1U);               // overlong
  EXPECT_EQ(find_invalid_utf8("\xF0\x8F\xBF\xBF"), 0U);            // overlong
  EXPECT_EQ(find_invalid_utf8("x\xED\xA0\x80"), 1U);               // a surrogate
  EXPECT_EQ(find_invalid_utf8("\xED\x9F\xBF\xEE\x80\x80"), none);  // its neighbours
  EXPECT_EQ(find_invalid_utf8("\xF4\x8F\xBF\xBF"), none);          // U+10FFFF
  EXPECT_EQ(find_invalid_utf8("\xF4\x90\x80\x80"), 0U);            // beyond
  EXPECT_EQ(find_invalid_utf8("ab\xE2\x82"), 2U);                  // cut
}

// The lines of utf8tests.txt: `name:valid:text`, `name:valid hex:bytes`, `name:invalid
// hex:bytes:…`.
TEST(Text, JudgesTheUtf8TestCasesAsTheirAuthorDoes) {
  const std::string lines = real_data("unicode/utf8tests.txt");
  if (lines.empty()) GTEST_SKIP() << "the real data is not there: set WEIR_DATA";
  std::istringstream stream(lines);
  std::size_t cases = 0;
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    ASSERT_NE(second, std::string::npos) << line;
    std::string kind = line.substr(first + 1, second - first - 1);
    kind.erase(0, kind.find_first_not_of(' '));
    std::string rest = line.substr(second + 1);
    if (kind == "invalid hex") rest = rest.substr(0, rest.find(':'));
    std::string bytes;
    if (kind == "valid") {
      bytes = rest;
    } else {
      std::erase(rest, ' ');
      for (std::size_t i = 0; i + 1 < rest.size(); i += 2)
        bytes += static_cast<char>(std::stoi(rest.substr(i, 2), nullptr, 16));
    }
    EXPECT_EQ(find_invalid_utf8(bytes) == std::string::npos, !kind.starts_with("invalid")) << line;
    ++cases;
  }
  EXPECT_GT(cases, 100U);
}

constexpr std::string_view names[] = {"SourceAddress", "DestinationAddress", "Name", "BytesIn"};

TEST(Text, SuggestsTheNearestName) {
  EXPECT_EQ(nearest("DestinationAdress", names), "DestinationAddress");
  EXPECT_EQ(nearest("sourceaddress", names), "SourceAddress");
  EXPECT_EQ(nearest("ByetsIn", names), "BytesIn");  // neighbours swapped
  EXPECT_EQ(did_you_mean("Nmae", names), "; did you mean 'Name'?");
  // A letter of another keyboard is one letter, not two bytes, and looks the same.
  EXPECT_EQ(did_you_mean("N\xD0\xB0me", names), "; did you mean 'Name', in Latin letters?");
  EXPECT_EQ(did_you_mean("name", names), "; did you mean 'Name'?");
}

TEST(Text, SuggestsNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("Xyzzy", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest("DestinationAddress", {}), "");
  EXPECT_EQ(nearest(std::string(5000, 'a'), names), "");
  EXPECT_EQ(did_you_mean("Xyzzy", names), "");
}

TEST(Text, ReadsWholeIntegersThatFit) {
  EXPECT_EQ(parse_integer("443"), 443);
  EXPECT_EQ(parse_integer("-1"), -1);
  EXPECT_EQ(parse_integer("007"), 7);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(Text, RefusesWhatIsNoInteger) {
  for (const char* text : {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "--1", "12a", "१",
                           "9223372036854775808", "-9223372036854775809"})
    EXPECT_FALSE(parse_integer(text).has_value()) << text;
}

TEST(Text, ReadsNumbersAsJsonWritesThem) {
  EXPECT_EQ(parse_number("0"), 0.0);
  EXPECT_TRUE(std::signbit(*parse_number("-0")));
  EXPECT_EQ(parse_number("-12.50"), -12.5);
  EXPECT_EQ(parse_number("1e3"), 1000.0);
  EXPECT_EQ(parse_number("1E+3"), 1000.0);
  EXPECT_EQ(parse_number("0.25e-1"), 0.025);
  EXPECT_EQ(parse_number("18446744073709551616"), 0x1p64);
}

TEST(Text, RefusesNumbersThatJsonDoesNotWrite) {
  for (const char* text : {"",     "-",   "+1",       ".5",  "-.5",   "5.",    "5.e1",  "01",
                           "-01",  "00",  "1e",       "1e+", "1.5.5", "1e5.5", "0x10",  "inf",
                           "-inf", "nan", "Infinity", "1 ",  " 1",    "1,5",   "1e999", "--1"})
    EXPECT_FALSE(parse_number(text).has_value()) << text;
}

TEST(Text, EscapesWhatJsonMustEscapeAndNothingElse) {
  EXPECT_EQ(as_json(""), R"("")");
  EXPECT_EQ(as_json("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(as_json("\n\r\t"), R"("\n\r\t")");
  EXPECT_EQ(as_json("\0\x01\x1f\x7f"sv), "\"\\u0000\\u0001\\u001f\x7f\"");
  EXPECT_EQ(as_json("вход €"), "\"вход €\"");
}

TEST(Text, ReplacesInvalidUtf8InJson) {
  EXPECT_EQ(as_json("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(as_json("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Text, WritesDoublesShortly) {
  EXPECT_EQ(as_text(1.0), "1");
  EXPECT_EQ(as_text(-0.5), "-0.5");
  EXPECT_EQ(as_text(0.1), "0.1");
  EXPECT_EQ(as_text(1e300), "1e+300");
}

TEST(Text, WritesDoublesThatReadBackTheSame) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const double number = std::bit_cast<double>(random());
    // The smallest ones read back as out of range on some systems; events hold none.
    if (!std::isnormal(number)) continue;
    const auto again = parse_number(as_text(number));
    ASSERT_TRUE(again.has_value()) << as_text(number);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(*again), std::bit_cast<std::uint64_t>(number));
  }
}

TEST(Text, WritesIntegersOfAllSizes) {
  char buffer[32];
  EXPECT_EQ(format_integer(std::numeric_limits<std::int64_t>::min(), buffer),
            "-9223372036854775808");
  EXPECT_EQ(format_integer(0, buffer), "0");
}

TEST(Text, EqualsWithoutCaseOfAsciiLetters) {
  EXPECT_TRUE(equals_nocase("KeY", "key"));
  EXPECT_TRUE(equals_nocase("", ""));
  EXPECT_FALSE(equals_nocase("keys", "key"));
  EXPECT_FALSE(equals_nocase("[", "{"));
}

}  // namespace
}  // namespace weir
