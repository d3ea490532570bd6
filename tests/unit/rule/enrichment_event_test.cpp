// Rules of the type event and their conversions, as documents state them.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "enrichments.h"

namespace weir::rule {
namespace {

TEST(EventRule, ReadsEveryConversion) {
  const Parsed parsed = parse_enrichment(R"(  type: event
  source: Name
  target: Message
  conversions:
  - lower
  - upper
  - trim
  - trim: " ."
  - replace: {find: a}
  - replace: {find: a, with: b}
  - regexp: '^(\w+)'
  - replace_with_regexp: {expression: '(a)', with: '$1'}
  - append: x
  - prepend: x
  - substring: {start: 1, end: 5}
  - substring: {end: 5}
  - decode_hex
  - decode_base64
  - decode_base64_url
  - decode_url
)");
  const auto& settings = std::get<enrich::EventSettings>(only_rule(parsed));
  EXPECT_EQ(settings.source, field_id("Name"));
  EXPECT_EQ(settings.target, field_id("Message"));
  EXPECT_EQ(settings.conversions.size(), 16U);
  EXPECT_EQ(parsed.document.enrichment[0].targets, (std::vector<FieldId>{field_id("Message")}));
}

TEST(EventRule, ConvertsAsItSays) {
  const auto converted = [](std::string_view conversion, std::string_view text) {
    const Parsed parsed = parse_enrichment(
        "  type: event\n  source: Name\n  target: Message\n"
        "  conversions: [" +
        std::string(conversion) + "]\n");
    const auto& settings = std::get<enrich::EventSettings>(only_rule(parsed));
    std::string out;
    for (const enrich::Conversion& one : settings.conversions) one.apply(text, out);
    return out;
  };
  EXPECT_EQ(converted("{trim: 'ж'}", "жаж"), "а");
  EXPECT_EQ(converted("{replace: {find: a, with: b}}", "aca"), "bcb");
  EXPECT_EQ(converted("{replace_with_regexp: {expression: '(.)c', with: '[$1]'}}", "aca"), "[a]a");
  EXPECT_EQ(converted("{append: x}", "a"), "ax");
  EXPECT_EQ(converted("{prepend: x}", "a"), "xa");
  EXPECT_EQ(converted("{substring: {start: 1, end: 3}}", "абвг"), "бв");
  EXPECT_EQ(converted("{substring: {start: 2}}", "абвг"), "вг");
  EXPECT_EQ(converted("{regexp: (.)г}", "абвг"), "в");
  EXPECT_EQ(converted("decode_url", "%41"), "A");
}

TEST(EventRule, SaysAllThatIsWrongWithConversions) {
  EXPECT_EQ(
      errors(R"(  type: event
  source: Name
  target: Message
  conversions:
  - lowr
  - append
  - lower: true
  - {append: x, trim: y}
  - append: 5
  - append: ""
  - replace: a
  - replace: {with: a}
  - replace_with_regexp: {find: a, with: b}
  - substring: {}
  - substring: {start: -1}
  - substring: {start: 5, end: 5}
  - [a]
  - replace:
  - regexp
  - nothing at all
)"),
      (Lines{
          "7:5: error: unknown conversion 'lowr'; did you mean 'lower'?",
          "8:5: error: append needs a setting; write for example 'append: x'",
          "9:12: error: lower has no settings; write the word alone: lower",
          "10:5: error: a conversion must be a word such as lower, or a map of one key such as "
          "'append: x', not a map of 2 keys",
          "11:13: error: append must be text, not '5'; put it in quotes",
          "12:13: error: append must have 1 to 1024 characters, not 0",
          "13:14: error: replace must be a map with 'find' and 'with', not 'a'; write for example "
          "'replace: {find: a, with: b}'",
          "14:14: error: 'find' is missing; name the text to replace",
          "15:26: error: 'expression' is missing; write the expression of what to replace",
          "15:27: error: unknown key 'find'; known here are expression, with",
          "16:16: error: substring must be a map with 'start', 'end' or both, not an empty one; "
          "write for example 'substring: {start: 0, end: 5}'",
          "17:24: error: start must be a whole number from 0 to 4194304, not '-1'",
          "18:5: error: start must come before end; they count characters from 0",
          "19:5: error: a conversion must be a word such as lower, or a map of one key such as "
          "'append: x', not a list",
          "20:5: error: replace must be a map with 'find' and 'with', not nothing; write for "
          "example 'replace: {find: a, with: b}'",
          "21:5: error: regexp needs a setting; write for example 'regexp: ^(\\w+)'",
          "22:5: error: unknown conversion 'nothing at all'; known are lower, upper, trim, "
          "replace, "
          "regexp, replace_with_regexp, append, prepend, substring, decode_hex, decode_base64, "
          "decode_base64_url, decode_url",
      }));
}

TEST(EventRule, ShowsWhereAnExpressionGoesWrong) {
  EXPECT_EQ(errors("  type: event\n  source: Name\n  target: Message\n  conversions:\n"
                   "  - regexp: '^(жж)[a'\n"
                   "  - regexp: \"\\\\d\\u0416[a\"\n"
                   "  - replace_with_regexp: {expression: 'a**', with: ''}\n"
                   "  - replace_with_regexp: {expression: '(a)', with: '$2'}\n"),
            (Lines{"7:19: error: the expression does not compile: missing ]: [a",
                   "8:23: error: the expression does not compile: missing ]: [a",
                   "9:41: error: the expression does not compile: bad repetition operator: **",
                   "10:52: error: the expression has no group '2'; it has 1, and a group that "
                   "letters or digits follow is written ${1}"}));
}

TEST(EventRule, DoesSomething) {
  EXPECT_EQ(errors("  type: event\n"),
            (Lines{"2:3: error: 'source' is missing; name the field to copy",
                   "2:3: error: 'target' is missing; name the field that it is copied to"}));
  EXPECT_EQ(errors("  type: event\n  source: Name\n  target: Name\n"),
            (Lines{"5:11: error: 'Name' is the source too, so nothing would change; name another "
                   "field, or add conversions"}));
  EXPECT_EQ(errors("  type: event\n  source: Name\n  target: Name\n  conversions: [lower]\n"),
            Lines{});
  EXPECT_EQ(errors("  type: event\n  source: TI\n  target: Name\n"),
            (Lines{"4:11: error: 'TI' holds structured data; name a field that holds values"}));
  EXPECT_EQ(errors("  type: event\n  source: Name\n  target: S.x\n  conversions: lower\n"),
            (Lines{"6:16: error: conversions must be a list, not 'lower'; put it in [ ]"}));
}

TEST(EventRule, HasAtMost64Conversions) {
  std::string list = "lower";
  for (int i = 1; i < 64; ++i) list += ", lower";
  const auto with = [](const std::string& items) {
    return errors("  type: event\n  source: Name\n  target: S.x\n  conversions: [" + items + "]\n");
  };
  EXPECT_EQ(with(list), Lines{});
  EXPECT_EQ(with(list + ", lower"),
            (Lines{"6:16: error: conversions has 65 items; at most 64 fit"}));
}

}  // namespace
}  // namespace weir::rule
