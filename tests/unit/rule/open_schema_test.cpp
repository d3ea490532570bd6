#include "found.h"

namespace weir::rule {
namespace {

Lines open_rule(const std::string& lines_of_rule) {
  return lines(parse_rule("name: r\n" + lines_of_rule + "\n", {}, Schema::open));
}

TEST(OpenSchema, TakesAnyName) {
  const Parsed parsed = parse_document(R"(schema: open
filters: {web: "port = 443 and `user agent` contains 'curl'"}
filter: proto = ['tcp', 6]
map: {alert.signature: signature}
aggregation:
- name: r
  identical_fields: [host, "user agent", SourceAddress]
  unique_fields: [alert.signature]
  sum_fields: [bytes, Name]
  filter: filter('web') and not DestinationPort = 'https'
  statistics: [{field: host, function: avg, into: mean}]
enrichment:
- {type: host, name: e, callback: c, filter: level > 'a'}
)");
  EXPECT_EQ(lines(parsed), Lines{});
  EXPECT_EQ(parsed.document.schema, Schema::open);
  ASSERT_EQ(parsed.document.aggregation.size(), 1U);
  const aggregate::Settings& rule = parsed.document.aggregation[0];
  EXPECT_EQ(rule.schema, Schema::open);
  EXPECT_EQ(rule.identical[1], open_field_id("user agent"));
  EXPECT_EQ(field_type(rule.identical[0]), FieldType::any);
  EXPECT_EQ(parsed.document.map.fields.at(0).field, open_field_id("signature"));
}

TEST(OpenSchema, CountsWhereverItStands) {
  EXPECT_EQ(document("filter: zone = 'x'\nschema: open\n"), Lines{});
}

TEST(OpenSchema, LeavesNoNamesBehindForKumas) {
  ASSERT_EQ(document("schema: open\nfilter: left_behind = 1\n"), Lines{});
  const Lines found = document("filter: left_behind = 1\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].substr(0, 40), "1:9: error: unknown field 'left_behind';");
}

TEST(OpenSchema, BoundsNames) {
  EXPECT_EQ(open_rule("identical_fields: [" + std::string(1024, 'x') + "]"), Lines{});
  EXPECT_EQ(open_rule("identical_fields: ['']"),
            (Lines{"2:20: error: identical_fields must hold names of fields, not the text ''"}));
  EXPECT_EQ(open_rule("identical_fields: [" + std::string(1025, 'x') + "]").size(), 1U);
  EXPECT_EQ(open_rule("identical_fields: [a]\nfilter: " + std::string(1025, 'x') + " = 1"),
            (Lines{"3:9: error: the name of a field has 1 to 1024 bytes, not 1025"}));
}

TEST(OpenSchema, KeepsWhatWeirWrites) {
  EXPECT_EQ(open_rule("identical_fields: [ID, TI, Extra]"),
            (Lines{"2:20: error: 'ID' cannot be an identical field: Weir writes it into the "
                   "aggregated event itself; remove it",
                   "2:24: error: 'TI' cannot be an identical field: it holds structured data; "
                   "remove it",
                   "2:28: error: 'Extra' cannot be an identical field: it is a map; name one of "
                   "its keys: Extra.<key>"}));
  EXPECT_EQ(open_rule("identical_fields: [a]\nfilter: Extra = 'x'"),
            (Lines{"3:9: error: 'Extra' is a map; name one of its keys: Extra.<key>"}));
}

TEST(OpenSchema, HasTimesForItsOnlyType) {
  EXPECT_EQ(open_rule("identical_fields: [a]\nsum_fields: [SA.x, Name, FlexDate1]"),
            (Lines{"3:26: error: 'FlexDate1' cannot be a sum field: a sum of times means nothing; "
                   "use a number, float or text field"}));
  EXPECT_EQ(open_rule("identical_fields: [a]\n"
                      "statistics: [{field: b, function: last, into: FlexDate1}]"),
            (Lines{"3:47: error: 'FlexDate1' is a timestamp field, which does not hold 'last' of "
                   "'b'; name another field"}));
  EXPECT_EQ(open_rule("identical_fields: [a]\n"
                      "statistics: [{field: FlexDate1, function: max, into: latest}]"),
            Lines{});
}

TEST(OpenSchema, ReadsSavedFiltersOfTheLoadedDocument) {
  const Parsed loaded = parse_document("schema: open\nfilters: {web: port = 443}\n");
  EXPECT_EQ(lines(parse_rule("name: r\nidentical_fields: [host]\nfilter: filter('web')\n",
                             loaded.document.filters, loaded.document.schema)),
            Lines{});
}

}  // namespace
}  // namespace weir::rule
