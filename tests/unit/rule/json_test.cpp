#include "found.h"

namespace weir::rule {
namespace {

TEST(Json, ReadsTheSameDocumentAsYaml) {
  const Parsed parsed = parse_document(R"({"aggregation": [{"name": "r", "threshold": 5,
      "lifetime": 1.5, "identical_fields": ["Name"], "sum_fields": ["BytesIn"]}]})");
  ASSERT_EQ(lines(parsed), Lines{});
  ASSERT_EQ(parsed.document.aggregation.size(), 1U);
  EXPECT_EQ(parsed.document.aggregation[0].threshold, 5U);
  EXPECT_EQ(parsed.document.aggregation[0].lifetime.nanos, 1'500'000'000);
}

TEST(Json, CountsLinesAndColumns) {
  EXPECT_EQ(document("{\"schema\": \"kuma\",\n \"match\": \"every\"}"),
            (Lines{"2:11: error: match must be first or all, not the text 'every'"}));
}

TEST(Json, CountsColumnsInCodePoints) {
  EXPECT_EQ(document("{\"filters\": {\"Сеть\": \"Name = 1\", \"Узел\": \"Nme = 1\"}}"),
            (Lines{"1:43: error: unknown field 'Nme'; did you mean 'Name'?"}));
}

TEST(Json, BeginsBehindAByteOrderMarkAndWhiteSpace) {
  EXPECT_EQ(document("\xEF\xBB\xBF\r\n {\"match\": 1}"),
            (Lines{"2:12: error: match must be first or all, not '1'"}));
}

TEST(Json, ShowsAKeyAtItsQuotes) {
  EXPECT_EQ(document("{ \"mach\": 1}"),
            (Lines{"1:3: error: unknown key 'mach'; did you mean 'match'?"}));
}

TEST(Json, ReadsEscapesOfSurrogates) {
  const Parsed parsed = parse_document(R"({"filters": {"\ud83d\ude00": "Name = 1"}})");
  ASSERT_EQ(lines(parsed), Lines{});
  EXPECT_EQ(parsed.document.filters[0].name, "😀");
}

TEST(Json, PointsBehindEscapesInAnExpression) {
  EXPECT_EQ(document(R"({"filter": "Name = '\ud83d\ude00\"\u0041' or Nme = 1"})"),
            (Lines{"1:46: error: unknown field 'Nme'; did you mean 'Name'?"}));
}

TEST(Json, TellsTextFromNumbers) {
  EXPECT_EQ(rule("{\"name\": 1, \"identical_fields\": [\"Name\"], \"threshold\": \"1\"}"),
            (Lines{"1:10: error: name must be text, not '1'; put it in quotes",
                   "1:56: error: threshold must be a whole number from 1 to 2147483647, not the "
                   "text '1'; remove the quotes"}));
}

TEST(Json, NamesTheLineOfTheFirstOfDuplicateKeys) {
  EXPECT_EQ(document("{\"match\": \"first\",\n\"match\": \"first\"}"),
            (Lines{"2:1: error: duplicate key 'match': the first is on line 1; remove one"}));
}

TEST(Json, RefusesWhatDoesNotEnd) {
  EXPECT_EQ(document("{\"tests\": [1"),
            (Lines{"1:1: error: invalid JSON: a '{' or '[' is not closed"}));
}

TEST(Json, RefusesQuotesThatAreNotClosed) {
  EXPECT_EQ(document("{\"schema\": \"kuma}"),
            (Lines{"1:12: error: invalid JSON: the quotes that open here are not closed"}));
}

TEST(Json, RefusesAControlCharacterInText) {
  EXPECT_EQ(document("{\"filter\": \"a\tb\"}"),
            (Lines{"1:14: error: invalid JSON: a control character cannot stand in a text; escape "
                   "it, as \\n"}));
}

TEST(Json, RefusesAWrongEscapeAlsoInAValueThatNobodyReads) {
  const Lines found = document(R"({"tests": [{"a": "\q"}]})");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("invalid JSON: a text holds an escape"), std::string::npos);
}

TEST(Json, RefusesBareWordsAndNumbersThatAreNone) {
  for (const std::string_view value : {"tru", "01", "-", "1.", "0x1", "nan"}) {
    const Lines found = document("{\"tests\": [" + std::string(value) + "]}");
    ASSERT_EQ(found.size(), 1U) << value;
    EXPECT_EQ(found[0], "1:12: error: invalid JSON: '" + std::string(value) +
                            "' is neither a number nor true, false or null; put text in double "
                            "quotes");
  }
}

TEST(Json, RefusesTextBehindTheDocument) {
  EXPECT_EQ(document("{\"schema\": \"kuma\"}\n{}"),
            (Lines{"2:1: error: invalid JSON: something follows the document; take it out"}));
  EXPECT_EQ(document("{\"tests\": [\"\\\"}\"]} x"),
            (Lines{"1:20: error: invalid JSON: something follows the document; take it out"}));
  EXPECT_EQ(document("{}}"),
            (Lines{"1:3: error: invalid JSON: something follows the document; take it out"}));
}

TEST(Json, RefusesAMissingComma) {
  EXPECT_EQ(document("{\"schema\": \"kuma\" \"match\": \"first\"}"),
            (Lines{"1:19: error: invalid JSON: a ',', ':', bracket or quote is missing or too "
                   "many"}));
}

TEST(Json, RefusesNestingBeyond64) {
  EXPECT_EQ(document("{\"tests\": " + std::string(64, '[') + std::string(64, ']') + "}"),
            (Lines{"1:74: error: lists and maps nest more than 64 deep"}));
}

TEST(Json, RefusesAListAsADocument) {
  EXPECT_EQ(document("[]"), (Lines{"1:1: error: a document must be a map, not a list"}));
}

}  // namespace
}  // namespace weir::rule
