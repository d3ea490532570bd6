#include "event/time_form.h"
#include "event/value_table.h"
#include "found.h"
#include "rule/presets.h"

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

TEST(Map, RefusesSettingsThatAreMisspelt) {
  EXPECT_EQ(map_of("keeep: true"),
            Lines{"1:7: error: unknown setting 'keeep'; did you mean 'keep'?"});
  EXPECT_EQ(map_of("presset: cef"),
            Lines{"1:7: error: unknown setting 'presset'; did you mean 'preset'?"});
  EXPECT_EQ(map_of("constant: {DeviceVendor: Acme}"),
            Lines{"1:7: error: unknown setting 'constant'; did you mean 'constants'?"});
  EXPECT_EQ(map_of("keyss: {keep: Name}"),
            Lines{"1:7: error: unknown setting 'keyss'; did you mean 'keys'?"});
  EXPECT_EQ(map_of("key: {field: Name}, presets: Message, keeper: Reason"), Lines{});
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
  EXPECT_EQ(map_of("a: SourceAdress, b: TI, c: Extra, d: [Nmae], e: ~"),
            (Lines{"1:10: error: unknown field 'SourceAdress'; did you mean 'SourceAddress'?",
                   "1:27: error: 'TI' holds structured data, which map cannot fill; name another "
                   "field",
                   "1:34: error: 'Extra' is a map; name one of its keys: Extra.<key>",
                   "1:45: error: unknown field 'Nmae'; did you mean 'Name'?",
                   "1:55: error: map must hold names of fields, not nothing"}));
}

TEST(Map, WritesNestedKeysAsOne) {
  EXPECT_EQ(map_of("alert: {signature: Name}"),
            (Lines{"1:14: error: map must hold names of fields, not a map without 'field'; add it, "
                   "or write a nested key as one, with dots: outer.inner"}));
  EXPECT_EQ(document("map: [a]\n"),
            (Lines{"1:6: error: map must be a map of keys to fields, not a list"}));
}

TEST(Map, FillsBaseEventsAndNotWhatWeirWritesIntoOthers) {
  EXPECT_EQ(map_of("a: ID, b: TenantName, c: Timestamp, d: StartTime, e: EndTime"), Lines{});
  for (const std::string field :
       {"Type", "BaseEventCount", "AggregationRuleID", "AggregationRuleName"})
    EXPECT_EQ(
        map_of("a: " + field),
        (Lines{"1:10: error: '" + field +
               "' is what Weir writes into aggregated events, and map fills base events; name "
               "another field"}));
}

TEST(Map, TakesSourcesOfAFieldInTheOrderOfTheText) {
  const Parsed parsed = parse_document(R"(map:
  src_ip: SourceAddress
  keys: {preset: SourceAddress}
  ts: [Timestamp, StartTime]
  source: SourceAddress
  last: {field: SourceAddress}
)");
  EXPECT_EQ(lines(parsed), Lines{});
  const std::vector<MappedField>& map = parsed.document.map.fields;
  ASSERT_EQ(map.size(), 3U);
  ASSERT_EQ(map[0].sources.size(), 4U);
  EXPECT_EQ(map[0].sources[0].key, Path{"src_ip"});
  EXPECT_EQ(map[0].sources[1].key, Path{"preset"});
  EXPECT_EQ(map[0].sources[2].key, Path{"source"});
  EXPECT_EQ(map[0].sources[3].key, Path{"last"});
  EXPECT_EQ(map[1].field, field_id("Timestamp"));
  EXPECT_EQ(map[2].field, field_id("StartTime"));
  EXPECT_EQ(map[2].sources[0].key, Path{"ts"});
}

TEST(Map, ReportsListsThatFillNothingOrOneFieldTwice) {
  EXPECT_EQ(map_of("a: [], b: [Name, {field: Name}], c: [[Name]]"),
            (Lines{"1:10: error: the key 'a' of map has an empty list; name a field, or remove the "
                   "key",
                   "1:32: error: 'Name' stands twice in one list; remove one",
                   "1:44: error: map must hold names of fields, not a list"}));
  EXPECT_EQ(document("map:\n  a: Name\n  a: Name\n"),
            (Lines{"3:3: error: duplicate key 'a': the first is on line 2; remove one"}));
}

TEST(Map, ReadsItsSettings) {
  const Parsed parsed = parse_document(R"(map:
  preset: cef
  keep: true
  constants: {DeviceVendor: Acme, BytesIn: 5, F.x: 2, EndTime: "1970-01-01T00:00:01Z", S.a: 6}
  keys: {keep: Name, constants: [Message]}
)");
  EXPECT_EQ(lines(parsed), Lines{});
  EXPECT_EQ(parsed.document.preset, preset_id("cef"));
  EXPECT_TRUE(parsed.document.map.keep);
  const std::vector<MappedField>& map = parsed.document.map.fields;
  ASSERT_EQ(map.size(), 7U);
  EXPECT_TRUE(map[0].sources.empty());
  EXPECT_EQ(map[0].constant, Constant("Acme"));
  EXPECT_EQ(map[1].constant, Constant(std::int64_t{5}));
  EXPECT_EQ(map[2].constant, Constant(2.0));
  EXPECT_EQ(map[3].constant, Constant(std::int64_t{1000}));
  EXPECT_EQ(map[4].constant, Constant("6"));
  EXPECT_EQ(map[5].sources[0].key, Path{"keep"});
  EXPECT_EQ(map[6].sources[0].key, Path{"constants"});
}

TEST(Map, TakesConstantsOfAnOpenSchemaAsTheyAreWritten) {
  const Parsed parsed =
      parse_document("schema: open\nmap: {constants: {a: 5, b: '5', c: 1.5, d: true, e: yes}}\n");
  EXPECT_EQ(lines(parsed), Lines{});
  const std::vector<MappedField>& map = parsed.document.map.fields;
  ASSERT_EQ(map.size(), 5U);
  EXPECT_EQ(map[0].constant, Constant(std::int64_t{5}));
  EXPECT_EQ(map[1].constant, Constant("5"));
  EXPECT_EQ(map[2].constant, Constant(1.5));
  EXPECT_EQ(map[3].constant, Constant(true));
  EXPECT_EQ(map[4].constant, Constant("yes"));
}

TEST(Map, RefusesSettingsOfOtherTypes) {
  EXPECT_EQ(map_of("preset: zek, keep: Name, constants: Name, keys: [a]"),
            (Lines{"1:15: error: unknown preset 'zek'; did you mean 'zeek'?",
                   "1:26: error: keep must be true or false, not 'Name'; a source key of that name "
                   "stands under 'keys': keys: {keep: …}",
                   "1:43: error: constants must be a map of fields to values, not 'Name'; a source "
                   "key of that name stands under 'keys': keys: {constants: …}",
                   "1:55: error: keys must be a map of source keys to fields, not a list; a source "
                   "key of that name stands under 'keys': keys: {keys: …}"}));
  EXPECT_EQ(
      map_of("constants: {BytesIn: x, SA.a: b, EndTime: x, Name: [a], Nam: b, Message: ''}"),
      (Lines{"1:28: error: the constant of 'BytesIn' must be a whole number, not 'x'",
             "1:31: error: 'SA.a' holds arrays, and a constant is one value; name another "
             "field",
             "1:49: error: the constant of 'EndTime' must be milliseconds since the epoch or a "
             "time such as 2024-01-31T23:59:59Z, not 'x'",
             "1:58: error: the constant of 'Name' must be one value, not a list",
             "1:63: error: unknown field 'Nam'; did you mean 'Name'?",
             "1:80: error: the constant of 'Message' must be one value, not the text ''"}));
}

TEST(Map, ReadsTablesOfValues) {
  const Parsed parsed = parse_document(
      "map:\n  proto: {field: TransportProtocol, values: {6: tcp, '17': udp, x: ''}}\n");
  EXPECT_EQ(lines(parsed), Lines{});
  const ValueTable& values = *parsed.document.map.fields[0].sources[0].values;
  EXPECT_EQ(*values.find(Value::of(std::int64_t{6})), "tcp");
  EXPECT_EQ(*values.find(Value::of(std::string_view("17"))), "udp");
  EXPECT_EQ(*values.find(Value::of(std::string_view("x"))), "");
  EXPECT_EQ(
      map_of("a: {field: Name, values: [x]}, b: {field: Name, values: {}}, "
             "c: {field: Name, values: {a: ~, b: [c]}}, d: {values: {a: b}}"),
      (Lines{"1:32: error: values must be a map of source values to field values, not a list",
             "1:63: error: values must be a map of source values to field values, not an empty "
             "one",
             "1:97: error: values must hold texts and numbers, not nothing",
             "1:103: error: values must hold texts and numbers, not a list",
             "1:113: error: 'field' is missing; name the field to fill"}));
}

TEST(Map, ReadsTimes) {
  const Parsed parsed = parse_document(R"(map:
  rt: {field: DeviceReceiptTime, time: [milliseconds, cef], zone_key: a.dtz}
  dev: {field: Timestamp, time: java, pattern_key: devTimeFormat}
  when: {field: N.when, time: "%d/%b/%Y:%H:%M:%S", zone: Europe/Moscow}
)");
  EXPECT_EQ(lines(parsed), Lines{});
  const std::vector<MappedField>& map = parsed.document.map.fields;
  ASSERT_EQ(map.size(), 3U);
  EXPECT_EQ(map[0].sources[0].zone, (Path{"a", "dtz"}));
  EXPECT_EQ(map[1].sources[0].pattern, Path{"devTimeFormat"});
  const auto when = map[2].sources[0].time->read(
      Value::of(std::string_view("10/Oct/2000:13:55:36")), TimeContext{});
  EXPECT_EQ(when, 971171736000);
}

TEST(Map, ReportsTimesThatCannotBeRead) {
  const auto time_of = [](const std::string& settings) {
    return map_of("a: {field: Timestamp, " + settings + "}");
  };
  EXPECT_EQ(time_of("time: secods"),
            (Lines{"1:35: error: unknown form of time 'secods'; did you mean 'seconds'?"}));
  EXPECT_EQ(time_of("time: [seconds, [x], ~]"),
            (Lines{"1:45: error: time must be a form or a list of them, not a list",
                   "1:50: error: time must be a form or a list of them, not nothing"}));
  EXPECT_EQ(time_of("time: apache"),
            (Lines{"1:35: error: unknown form of time 'apache'; known are seconds, milliseconds, "
                   "microseconds, nanoseconds, rfc3339, iso8601, cef, bsd, java, and patterns such "
                   "as '%d/%b/%Y %H:%M:%S'"}));
  EXPECT_EQ(time_of("time: '%d.%m.%Q'"),
            (Lines{"1:35: error: the time pattern '%d.%m.%Q' has %Q, which is none of %Y %y %m %d "
                   "%e %j %b %B %h %a %A %H %I %p %M %S %f %z %Z %T %D %F %%"}));
  EXPECT_EQ(time_of("time: bsd, zone: Europe/Moskow"),
            (Lines{"1:46: error: unknown zone 'Europe/Moskow'; did you mean 'Europe/Moscow'?"}));
  EXPECT_EQ(time_of("zone: UTC, zone_key: b, pattern_key: c"),
            (Lines{"1:35: error: zone means nothing without 'time'; add it, or remove zone",
                   "1:50: error: zone_key means nothing without 'time'; add it, or remove zone_key",
                   "1:66: error: pattern_key means nothing without 'time'; add it, or remove "
                   "pattern_key"}));
  EXPECT_EQ(
      time_of("time: java"),
      (Lines{"1:35: error: the form 'java' needs 'pattern_key', the source key of its pattern; "
             "add it, or write a pattern such as '%Y-%m-%d %H:%M:%S'"}));
  EXPECT_EQ(time_of("time: bsd, pattern_key: x"),
            (Lines{"1:53: error: pattern_key is for the form 'java'; add that to 'time', or remove "
                   "pattern_key"}));
  EXPECT_EQ(
      time_of("time: bsd, zone_key: a..b"),
      (Lines{"1:50: error: the zone_key 'a..b' of map has an empty part; write one dot between "
             "names, and \\. for a dot in a name"}));
  EXPECT_EQ(
      time_of("time: bsd, values: {a: b}"),
      (Lines{"1:48: error: values and time cannot both say how a value is read; remove one"}));
  EXPECT_EQ(time_of("time: bsd, zones: x").at(0),
            "1:40: error: unknown key 'zones'; did you mean 'zone'?");
  EXPECT_EQ(
      map_of("a: {field: Name, time: bsd}"),
      (Lines{"1:18: error: 'Name' does not hold times; name a time or number field, or remove "
             "'time'"}));
}

}  // namespace
}  // namespace weir::rule
