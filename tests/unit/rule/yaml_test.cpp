#include "found.h"

namespace weir::rule {
namespace {

TEST(Yaml, CountsLinesAndColumnsFromOne) {
  EXPECT_EQ(document("schema: kuma\nmatch: every\n"),
            (Lines{"2:8: error: match must be first or all, not 'every'"}));
}

TEST(Yaml, CountsColumnsInCodePoints) {
  EXPECT_EQ(document("filters: {'Сеть': Message = 'ё', 'Узел': Nme = 1}"),
            (Lines{"1:42: error: unknown field 'Nme'; did you mean 'Name'?"}));
}

TEST(Yaml, CountsNoColumnForAByteOrderMark) {
  EXPECT_EQ(document("\xEF\xBB\xBFmatch: every\n"),
            (Lines{"1:8: error: match must be first or all, not 'every'"}));
}

TEST(Yaml, GivesOffsetsThatCountTheByteOrderMark) {
  const Parsed parsed = parse_document("\xEF\xBB\xBFmatch: every\n");
  ASSERT_EQ(parsed.diagnostics.size(), 1U);
  EXPECT_EQ(parsed.diagnostics[0].offset, 10);
}

TEST(Yaml, ReadsLinesThatEndInCrLf) {
  EXPECT_EQ(document("schema: kuma\r\nfilters:\r\n  a: Nme = 1\r\n"),
            (Lines{"3:6: error: unknown field 'Nme'; did you mean 'Name'?"}));
}

TEST(Yaml, CountsATabAsOneColumn) {
  EXPECT_EQ(document("match:\tevery\n"),
            (Lines{"1:8: error: match must be first or all, not 'every'"}));
}

TEST(Yaml, RefusesATabThatIndents) {
  const Lines found{"2:1: error: invalid YAML: a tab cannot indent; use spaces"};
  EXPECT_EQ(document("aggregation:\n\t- name: r\n"), found);
  EXPECT_EQ(document("aggregation:\n\tname: r\n"), found);
}

TEST(Yaml, RefusesAnEmptyDocument) {
  const Lines found{
      "1:1: error: the document is empty; it holds keys such as 'aggregation', a list "
      "of rules"};
  EXPECT_EQ(document(""), found);
  EXPECT_EQ(document("# only a comment\n"), found);
}

TEST(Yaml, ShowsAValueLeftBlankAtItsKey) {
  EXPECT_EQ(document("aggregation:\nschema: kuma\n"),
            (Lines{"1:1: error: aggregation must be a list, not nothing"}));
}

TEST(Yaml, ShowsAnItemLeftBlankAtItsDash) {
  EXPECT_EQ(document("aggregation:\n  -\n  # why\n  - ~\n"),
            (Lines{"2:3: error: an aggregation rule must be a map, not nothing",
                   "4:5: error: an aggregation rule must be a map, not nothing"}));
}

TEST(Yaml, ShowsAWrittenNullWhereItStands) {
  EXPECT_EQ(document("aggregation: null\n"),
            (Lines{"1:14: error: aggregation must be a list, not nothing"}));
}

TEST(Yaml, RefusesAnchorsAliasesAndTagsAndReadsOn) {
  EXPECT_EQ(document("schema: &s kuma\nmatch: *s\npolarity: !p keep\nfilter: Nme = 1\n"),
            (Lines{"1:9: error: anchors (&name) are not read; write the value where it is needed",
                   "2:8: error: aliases (*name) are not read; write the value out",
                   "3:11: error: tags (!name) are not read; remove it",
                   "4:9: error: unknown field 'Nme'; did you mean 'Name'?"}));
}

TEST(Yaml, ShowsABackslashInDoubleQuotes) {
  const Lines found = document("filter: \"Name match '\\d+'\"\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(
      found[0].find("error: invalid YAML: \\ begins an escape in double quotes; write the text "
                    "in single quotes"),
      std::string::npos)
      << found[0];
}

TEST(Yaml, RefusesAnAliasOfNothing) {
  EXPECT_EQ(document("match: *s\n"),
            (Lines{"1:8: error: invalid YAML: aliases (*name) are not read; write the value out"}));
}

TEST(Yaml, RefusesASecondDocument) {
  EXPECT_EQ(document("schema: kuma\n---\nschema: kuma\n"),
            (Lines{"2:1: error: a second YAML document begins here; put them in files of their "
                   "own"}));
}

TEST(Yaml, NamesTheLineOfTheFirstOfDuplicateKeys) {
  EXPECT_EQ(document("schema: kuma\nmatch: first\nschema: kuma\n"),
            (Lines{"3:1: error: duplicate key 'schema': the first is on line 1; remove one"}));
}

TEST(Yaml, RefusesAKeyThatIsNoText) {
  EXPECT_EQ(document("? [a]\n: 1\n"), (Lines{"1:3: error: a key must be text, not a list"}));
}

TEST(Yaml, RefusesNestingBeyond64) {
  const std::string deep(65, '[');
  EXPECT_EQ(document("tests: " + deep + std::string(65, ']')),
            (Lines{"1:71: error: lists and maps nest more than 64 deep"}));
  EXPECT_EQ(document("tests: " + deep.substr(2) + std::string(63, ']')).size(), 1U);  // no test
}

TEST(Yaml, RefusesMoreThanAMillionValues) {
  std::string text = "tests:\n";
  for (int i = 0; i < 1'000'000; ++i) text += "- x\n";
  EXPECT_EQ(document(text).back(),
            "999999:3: error: the document holds more than 1000000 values; split it");
}

TEST(Yaml, RefusesMoreThan16MiB) {
  EXPECT_EQ(document(std::string((16 << 20) + 1, '\n')),
            (Lines{"1:1: error: the document has 16777217 bytes; at most 16777216 are read, so "
                   "split it"}));
}

TEST(Yaml, RefusesInvalidUtf8WhereItStands) {
  EXPECT_EQ(document("schema: kuma\nfilter: é\xC3(\n"),
            (Lines{"2:10: error: byte 0xC3 is not UTF-8; save the document as UTF-8"}));
}

TEST(Yaml, RefusesANulByte) {
  EXPECT_EQ(document(std::string_view("schema: kuma\n\0", 14)),
            (Lines{"2:1: error: a NUL byte cannot stand in a document; remove it"}));
}

TEST(Yaml, RefusesControlCharacters) {
  EXPECT_EQ(document("schema: kuma\n\x04"),
            (Lines{"2:1: error: control character U+0004 cannot stand in YAML; write \"\\x04\" in "
                   "double quotes"}));
}

TEST(Yaml, RefusesACarriageReturnAlone) {
  EXPECT_EQ(document("schema: kuma\rmatch: first\r"),
            (Lines{"1:13: error: a carriage return stands alone; end lines with LF or with CR "
                   "LF"}));
}

TEST(Yaml, RefusesQuotesThatAreNotClosed) {
  for (const std::string_view text : {"filter: 'Name = 1\n", "filter: \"Name = 1\n"})
    EXPECT_EQ(document(text),
              (Lines{"1:9: error: invalid YAML: the quotes that open here are not closed"}));
}

TEST(Yaml, ExplainsAColonThatNeedsQuotes) {
  EXPECT_EQ(rule("name: a: b\n"),
            (Lines{"1:8: error: invalid YAML: 'key: value' cannot stand here; check the "
                   "indentation, and quote a text that holds ': '"}));
}

TEST(Yaml, ExplainsTextBehindAListOrAQuote) {
  constexpr std::string_view found =
      ": error: invalid YAML: text follows a closed list or quote; put the whole text in quotes";
  const std::vector<std::pair<std::string_view, std::string>> cases{
      {"name: [OOTB] Netflow 9\nthreshold: 1\n", "1:14"},
      {"name: {OOTB} Netflow 9\n", "1:14"},
      {"filter: 'Name = 'a''\n", "1:18"},
      {"filter: \"Name = \"a\"\"\n", "1:18"},
      {"identical_fields:\n  - 'Name' x\n", "2:12"},
  };
  for (const auto& [text, place] : cases)
    EXPECT_EQ(document(text), Lines{place + std::string(found)}) << text;
}

TEST(Yaml, ExplainsIndentationAfterAClosedListToo) {
  EXPECT_EQ(document("tests: [a]\n  match: first\n"),
            (Lines{"2:3: error: invalid YAML: the indentation fits no map that is open; align the "
                   "key with those above it"}));
}

TEST(Yaml, ListsAtMostAThousandProblems) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text.append("k").append(std::to_string(i)).append(": 1\n");
  const Lines found = document(text);
  ASSERT_EQ(found.size(), 1001U);
  EXPECT_EQ(found.back(), "1001:1: error: too many problems; the rest is not listed");
}

}  // namespace
}  // namespace weir::rule
