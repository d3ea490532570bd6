#include "found.h"

namespace weir::rule {
namespace {

using Path = KeyPath;

// Written as the document would hold it, without quotes of its own.
Lines map_of(const std::string& items) { return document("map: {" + items + "}\n"); }

TEST(Map, NamesTheFieldsOfKeys) {
  const Parsed parsed = parse_document(R"(map:
  src_ip: SourceAddress
  alert.signature: Name
  "tags": SA.Tags
  user-agent: Extra.user-agent
  ts: Timestamp
)");
  EXPECT_EQ(lines(parsed), Lines{});
  const std::vector<MappedField>& map = parsed.document.map.fields;
  ASSERT_EQ(map.size(), 5U);
  EXPECT_EQ(map[0].sources[0].key, Path{"src_ip"});
  EXPECT_EQ(map[0].field, field_id("SourceAddress"));
  EXPECT_EQ(map[1].sources[0].key, (Path{"alert", "signature"}));
  EXPECT_EQ(map[2].field, field_id("SA.Tags"));
  EXPECT_EQ(map[3].field, field_id("Extra.user-agent"));
  EXPECT_EQ(map[4].field, field_id("Timestamp"));
}

TEST(Map, TakesABackslashBeforeADotForPartOfTheName) {
  const Parsed parsed = parse_document(
      "map:\n  id\\.orig_h: SourceAddress\n  \"a.b\\\\.c\": Name\n  C\\\\D: Message\n");
  EXPECT_EQ(lines(parsed), Lines{});
  ASSERT_EQ(parsed.document.map.fields.size(), 3U);
  EXPECT_EQ(parsed.document.map.fields[0].sources[0].key, Path{"id.orig_h"});
  EXPECT_EQ(parsed.document.map.fields[1].sources[0].key, (Path{"a", "b.c"}));
  EXPECT_EQ(parsed.document.map.fields[2].sources[0].key, Path{"C\\D"});
}

TEST(Map, TakesAKeyThatLeadsToOthers) { EXPECT_EQ(map_of("a: Name, a.b: Message"), Lines{}); }

TEST(Map, RefusesKeysThatAreNoPaths) {
  const std::string empty =
      " of map has an empty part; write one dot between names, and \\. for a dot in a name";
  const std::string backslash =
      " of map has a backslash that stands before neither a dot nor a backslash; double it";
  EXPECT_EQ(map_of("a..b: Name"), (Lines{"1:7: error: the key 'a..b'" + empty}));
  EXPECT_EQ(map_of(".a: Name"), (Lines{"1:7: error: the key '.a'" + empty}));
  EXPECT_EQ(map_of("a.: Name"), (Lines{"1:7: error: the key 'a.'" + empty}));
  EXPECT_EQ(map_of("'': Name"), (Lines{"1:7: error: the key ''" + empty}));
  EXPECT_EQ(map_of("a\\b: Name"), (Lines{"1:7: error: the key 'a\\b'" + backslash}));
  EXPECT_EQ(map_of("a\\: Name"), (Lines{"1:7: error: the key 'a\\'" + backslash}));
  std::string deep = "a";
  for (int i = 0; i < 63; ++i) deep += ".a";
  EXPECT_EQ(map_of(deep + ": Name"), Lines{});
  EXPECT_EQ(map_of(deep + ".a: Name").at(0).substr(0, 25), "1:7: error: the key 'a.a.");
}

TEST(Map, FillsOnlyFieldsThatThereAre) {
  EXPECT_EQ(map_of("a: SourceAdress, b: TI, c: Extra, d: [Name], e: ~"),
            (Lines{"1:10: error: unknown field 'SourceAdress'; did you mean 'SourceAddress'?",
                   "1:27: error: 'TI' holds structured data, which map cannot fill; name another "
                   "field",
                   "1:34: error: 'Extra' is a map; name one of its keys: Extra.<key>",
                   "1:44: error: map must hold names of fields, not a list",
                   "1:55: error: map must hold names of fields, not nothing"}));
}

TEST(Map, WritesNestedKeysAsOne) {
  EXPECT_EQ(map_of("alert: {signature: Name}"),
            (Lines{"1:14: error: map must hold names of fields, not a map; write the nested key as "
                   "one, with dots: outer.inner"}));
  EXPECT_EQ(document("map: [a]\n"),
            (Lines{"1:6: error: map must be a map of keys to fields, not a list"}));
}

TEST(Map, FillsAFieldFromOneKey) {
  EXPECT_EQ(
      document("map:\n  src_ip: SourceAddress\n  source: SourceAddress\n"),
      (Lines{"3:11: error: 'SourceAddress' is filled from 'src_ip' already, on line 2; remove "
             "one"}));
  EXPECT_EQ(document("map:\n  a: Name\n  a: Name\n"),
            (Lines{"3:3: error: duplicate key 'a': the first is on line 2; remove one"}));
}

}  // namespace
}  // namespace weir::rule
