#include "enrich/conversion.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "conversions.h"

namespace weir::enrich {
namespace {

using Arguments = Conversion::Arguments;

// The result; `(no match)` or `(refused)` if there is none.
std::string convert(Convert kind, Arguments arguments, std::string_view text) {
  const Conversion conversion(kind, std::move(arguments));
  std::string out = "left over from before";
  switch (conversion.apply(text, out)) {
    case Conversion::Outcome::no_match:
      return "(no match)";
    case Conversion::Outcome::refused:
      return "(refused)";
    default:
      return out;
  }
}

std::string convert(Convert kind, std::string_view text) { return convert(kind, {}, text); }

Arguments found(std::string expression, std::string with = "") {
  return {std::move(expression), "", std::move(with), 0, 0};
}
Arguments characters(std::string characters) { return {"", std::move(characters), "", 0, 0}; }
Arguments added(std::string with) { return {"", "", std::move(with), 0, 0}; }
Arguments range(std::int64_t start, std::int64_t end) { return {"", "", "", start, end}; }

// What making it fails with, and where.
std::string conversion_refusal(Convert kind, Arguments arguments) {
  try {
    const Conversion conversion(kind, std::move(arguments));
    return "none";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), Status::invalid_document);
    return std::to_string(failure.position().offset) + ": " + failure.what();
  }
}

TEST(Lower, IsThatOfUnicode) {
  EXPECT_EQ(convert(Convert::lower, "ABC xyz 123 ПРИВЕТ Ёлка"), "abc xyz 123 привет ёлка");
  EXPECT_EQ(convert(Convert::lower, "ΑΣ ÀÉ \u212A"), "ασ àé k");  // the last is a kelvin sign
  EXPECT_EQ(convert(Convert::lower, "A LONG RUN OF ASCII AND THEN Ж"),
            "a long run of ascii and then ж");
  EXPECT_EQ(convert(Convert::lower, ""), "");
}

TEST(Upper, IsThatOfUnicode) {
  EXPECT_EQ(convert(Convert::upper, "abc XYZ 123 привет ёлка"), "ABC XYZ 123 ПРИВЕТ ЁЛКА");
  EXPECT_EQ(convert(Convert::upper, "straße ÿ µ"), "STRAßE Ÿ Μ");
  EXPECT_EQ(convert(Convert::upper, "\u0250\u0250"), "\u2C6F\u2C6F");  // longer than it was
}

TEST(Upper, LeavesWhatIsNoUtf8) {
  EXPECT_EQ(convert(Convert::upper, "a\xD0\x80z\xFFж\xD0"), "A\xD0\x80Z\xFFЖ\xD0");
  EXPECT_EQ(convert(Convert::lower, std::string_view("A\0B", 3)), std::string_view("a\0b", 3));
}

TEST(Trim, TakesASetOfCharactersOffBothEnds) {
  EXPECT_EQ(convert(Convert::trim, characters(" ."), ". a . b .. "), "a . b");
  EXPECT_EQ(convert(Convert::trim, characters("«»ж"), "«жучок»»"), "учок");
  EXPECT_EQ(convert(Convert::trim, characters("п"), "пирог"), "ирог");
  EXPECT_EQ(convert(Convert::trim, characters("а"), "опера"), "опер");
  EXPECT_EQ(convert(Convert::trim, characters("ж"), "жжж"), "");
  EXPECT_EQ(convert(Convert::trim, characters("x"), ""), "");
}

TEST(Trim, CutsNoCharacterInTwo) {
  // р is D1 80, Р is D0 A0: one byte in common with others.
  EXPECT_EQ(convert(Convert::trim, characters("р"), "Рр"), "Р");
  EXPECT_EQ(convert(Convert::trim, characters("\x80"), "р\x80"), "р");
}

TEST(Trim, TakesWhiteSpaceUnlessToldOtherwise) {
  EXPECT_EQ(convert(Convert::trim, " \t\r\n a b \n"), "a b");
}

TEST(Replace, ReplacesAllOccurrences) {
  EXPECT_EQ(convert(Convert::replace, found("a", "bb"), "banana"), "bbbnbbnbb");
  EXPECT_EQ(convert(Convert::replace, found("ман"), "туман обманул"), "ту обул");
  EXPECT_EQ(convert(Convert::replace, found("aa", "a"), "aaaaa"), "aaa");
  EXPECT_EQ(convert(Convert::replace, found("."), "a.b"), "ab");  // literal
  EXPECT_EQ(convert(Convert::replace, found("x"), "abc"), "abc");
  EXPECT_EQ(convert(Convert::replace, found("-"), "-"), "");
}

TEST(Replace, NeedsSomethingToFind) {
  EXPECT_EQ(conversion_refusal(Convert::replace, found("")),
            "-1: there is nothing to find; name a text");
}

TEST(Regexp, GivesTheFirstGroup) {
  EXPECT_EQ(convert(Convert::regexp, found(R"(^(\w+)\s(\w+))"), "one two"), "one");
  EXPECT_EQ(convert(Convert::regexp, found(R"(Имя\sпользователя:\s+(\S+))"),
                    "Вход. Имя пользователя:  Иван "),
            "Иван");
  EXPECT_EQ(convert(Convert::regexp, found(R"(.*/(.*))"), "a/"), "");
}

TEST(Regexp, GivesAllOfTheMatchWithoutGroups) {
  EXPECT_EQ(convert(Convert::regexp, found(R"(^.*[\\])"), R"(C:\dir\file)"), R"(C:\dir\)");
}

TEST(Regexp, FindsNothing) {
  EXPECT_EQ(convert(Convert::regexp, found("(x)"), "abc"), "(no match)");
  EXPECT_EQ(convert(Convert::regexp, found("(x)"), ""), "(no match)");
  EXPECT_EQ(convert(Convert::regexp, found("(x)?abc"), "abc"),
            "(no match)");  // no part in the match
}

TEST(Regexp, IsRefusedWhereItGoesWrong) {
  EXPECT_EQ(conversion_refusal(Convert::regexp, found("a(b")),
            "0: the expression does not compile: missing ): a(b");
  EXPECT_EQ(conversion_refusal(Convert::regexp, found("жb[")),
            "3: the expression does not compile: missing ]: [");
  EXPECT_EQ(conversion_refusal(Convert::replace_with_regexp, found("a\\1")),
            "1: the expression does not compile: invalid escape sequence: \\1");
}

TEST(ReplaceWithRegexp, ReplacesAllMatches) {
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("[0-9]+", "#"), "a1b22"), "a#b#");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found(R"((\S+\\))"), R"(C:\dir\файл.txt)"),
            "файл.txt");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("^-$"), "-"), "");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("x", "y"), "abc"), "abc");
}

TEST(ReplaceWithRegexp, PutsGroupsIn) {
  EXPECT_EQ(convert(Convert::replace_with_regexp, found(R"((\w+)@(\w+))", "$2/$1"), "a@b c@d"),
            "b/a d/c");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("(?P<first>.)(.)", "${2}x$first$$"), "ab"),
            "bxa$");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("a(b)?", "<$0$1>"), "a ab"), "<a> <abb>");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found(R"(^([^\\]+)$)", R"(\$1)"), "bob"),
            R"(\bob)");
}

// Go: regexp.MustCompile(expression).ReplaceAllString(text, with)
TEST(ReplaceWithRegexp, CountsEmptyMatchesAsGoDoes) {
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("^$", "CheckPoint"), ""), "CheckPoint");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("x*", "-"), "жx"), "-ж-");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("", "-"), "пар"), "-п-а-р-");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("b*", "-"), "abab"), "-a-a-");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("^a", "-"), "aaa"), "-aa");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("", "-"), "\xFF"), "-\xFF-");
}

TEST(ReplaceWithRegexp, KnowsItsGroups) {
  EXPECT_EQ(conversion_refusal(Convert::replace_with_regexp, found("(a)", "$2")),
            "-1: the expression has no group '2'; it has 1, and a group that letters or digits "
            "follow is written ${1}");
  EXPECT_EQ(conversion_refusal(Convert::replace_with_regexp, found("(a)", "$1x")),
            "-1: the expression has no group '1x'; it has 1, and a group that letters or digits "
            "follow is written ${1}");
  for (const char* with : {"$", "a$ ", "${1", "${}"})
    EXPECT_EQ(conversion_refusal(Convert::replace_with_regexp, found("(a)", with)),
              "-1: a '$' names no group; write $1 or ${1} for one, and $$ for a dollar");
}

TEST(Append, AndPrependPutATextThere) {
  EXPECT_EQ(convert(Convert::append, added("ж"), "а"), "аж");
  EXPECT_EQ(convert(Convert::prepend, added("ж"), "а"), "жа");
  EXPECT_EQ(convert(Convert::append, added("x"), ""), "x");
}

TEST(Substring, CountsCharacters) {
  EXPECT_EQ(convert(Convert::substring, range(1, 3), "привет"), "ри");
  EXPECT_EQ(convert(Convert::substring, range(4, 0), "привет"), "ет");
  EXPECT_EQ(convert(Convert::substring, range(0, 100), "привет"), "привет");
  EXPECT_EQ(convert(Convert::substring, range(6, 7), "привет"), "");
  EXPECT_EQ(convert(Convert::substring, range(1, 2), "\x80\x81\x82"), "\x81");
}

TEST(Substring, NeedsARange) {
  const std::string refused = "-1: start must come before end; they count characters from 0";
  EXPECT_EQ(conversion_refusal(Convert::substring, range(3, 3)), refused);
  EXPECT_EQ(conversion_refusal(Convert::substring, range(-1, 3)), refused);
}

TEST(DecodeHex, DecodesPairsOfDigits) {
  EXPECT_EQ(convert(Convert::decode_hex, "d09fD180 6f"), "Прo");
  EXPECT_EQ(convert(Convert::decode_hex, "4100"), std::string_view("A\0", 2));
  EXPECT_EQ(convert(Convert::decode_hex, ""), "");
  EXPECT_EQ(convert(Convert::decode_hex, "ff"), "\xFF");
  for (const char* bad : {"4", "4g", "0x41", "привет"})
    EXPECT_EQ(convert(Convert::decode_hex, bad), "(refused)") << bad;
}

// RFC 4648, section 10
TEST(DecodeBase64, DecodesTheStandardsExamples) {
  for (const Convert kind : {Convert::decode_base64, Convert::decode_base64_url}) {
    EXPECT_EQ(convert(kind, ""), "");
    EXPECT_EQ(convert(kind, "Zg=="), "f");
    EXPECT_EQ(convert(kind, "Zm8="), "fo");
    EXPECT_EQ(convert(kind, "Zm9v"), "foo");
    EXPECT_EQ(convert(kind, "Zm9vYmFy"), "foobar");
  }
}

TEST(DecodeBase64, NeedsNoPadding) {
  for (const Convert kind : {Convert::decode_base64, Convert::decode_base64_url}) {
    EXPECT_EQ(convert(kind, "Zg"), "f");
    EXPECT_EQ(convert(kind, "Zm8"), "fo");
    EXPECT_EQ(convert(kind, "Zg="), "f");
    for (const char* bad : {"Z", "Zm9vY", "A", "Zg=a", "Zg===", "Zh==", "===="})
      EXPECT_EQ(convert(kind, bad), "(refused)") << bad;
  }
}

TEST(DecodeBase64, HasAnAlphabetOfItsOwn) {
  EXPECT_EQ(convert(Convert::decode_base64, "0J/RgNC40LLQtdGC"), "Привет");
  EXPECT_EQ(convert(Convert::decode_base64_url, "0J_RgNC40LLQtdGC"), "Привет");
  EXPECT_EQ(convert(Convert::decode_base64, "0J_R"), "(refused)");
  EXPECT_EQ(convert(Convert::decode_base64_url, "0J/R"), "(refused)");
  EXPECT_EQ(convert(Convert::decode_base64, "Zm9v\r\nYmFy"), "foobar");
}

TEST(DecodeUrl, DecodesPercentSigns) {
  EXPECT_EQ(convert(Convert::decode_url, "a%20b+c%2Bd"), "a b c+d");
  EXPECT_EQ(convert(Convert::decode_url, "%D0%9F%d1%80"), "Пр");
  EXPECT_EQ(convert(Convert::decode_url, "привет"), "привет");
  for (const char* bad : {"%", "a%2", "%zz", "100%"})
    EXPECT_EQ(convert(Convert::decode_url, bad), "(refused)") << bad;
}

TEST(Conversion, RefusesAResultThatIsTooLong) {
  const std::string text(Conversion::max_size, 'a');
  EXPECT_EQ(convert(Convert::append, added("x"), text), "(refused)");
  EXPECT_EQ(convert(Convert::prepend, added("x"), text), "(refused)");
  EXPECT_EQ(convert(Convert::replace, found("a", "bb"), text), "(refused)");
  EXPECT_EQ(convert(Convert::replace_with_regexp, found("a", "bb"), text), "(refused)");
  EXPECT_EQ(convert(Convert::upper, text), std::string(Conversion::max_size, 'A'));
}

}  // namespace
}  // namespace weir::enrich
