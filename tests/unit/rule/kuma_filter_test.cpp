// Filters in KUMA's JSON: what tree each comes to, and what is said of those that are wrong.
#include "rule/kuma_filter.h"

#include "found.h"
#include "rule/reader.h"

namespace weir::rule {
namespace {

using filter::Operator;

struct ReadFilter {
  std::optional<filter::Node> tree;
  Lines said;
};

ReadFilter read_filter(std::string_view text, const KumaReading& reading = {}) {
  const Source source(text);
  Findings findings(source);
  ReadFilter read;
  if (const auto root = read_tree(source, findings))
    read.tree = read_kuma_filter(*root, reading, findings);
  Parsed parsed;
  parsed.diagnostics = findings.finish();
  read.said = lines(parsed);
  return read;
}

// The expression of a good one.
std::string shown(std::string_view text) {
  const ReadFilter got = read_filter(text);
  EXPECT_EQ(got.said, Lines{}) << text;
  return got.tree ? filter::to_expression(*got.tree) : "";
}

// The only condition of a good one.
filter::Node condition(std::string_view text, const KumaReading& reading = {}) {
  const ReadFilter got = read_filter(text, reading);
  EXPECT_EQ(got.said, Lines{}) << text;
  return got.tree ? *got.tree : filter::Node{};
}

// A condition that compares a field with a constant, as KUMA writes it with all of its keys.
constexpr std::string_view whole_condition = R"({"id": "", "name": "Inline filter", "root": {
  "group": false, "or": false, "not": false, "conditions": [], "leftKind": "event",
  "leftEvent": "", "leftID": "", "leftField": "Name", "leftKeys": null, "leftKeyMap": null,
  "leftListItemIdx": 0, "leftTICategory": "", "leftTIField": "", "op": "contains",
  "rightKind": "constant", "rightEvent": "", "rightID": "", "rightField": "", "rightKeys": [],
  "rightKeyMap": null, "rightListItemIdx": 0, "rightTICategory": "", "rightTIField": "",
  "constant": "it's", "list": null, "ignoreCase": true, "checkTypes": false, "filter": null,
  "vulns": {"cves": null, "minSeverity": 0}}})";

TEST(KumaFilter, ReadsAConditionWithAllOfItsKeys) {
  EXPECT_EQ(shown(whole_condition), "Name contains 'it''s' nocase");
}

TEST(KumaFilter, ReadsTheSameFromYaml) {
  EXPECT_EQ(shown("root:\n  leftKind: event\n  leftField: Name\n  op: contains\n"
                  "  rightKind: constant\n  constant: it's\n  ignoreCase: true\n"),
            shown(whole_condition));
}

TEST(KumaFilter, JoinsAGroupWithAndOrAndNegatesIt) {
  EXPECT_EQ(shown(R"({"root": {"group": true, "or": false, "conditions": [
    {"leftField": "Name", "op": "=", "constant": "a"},
    {"group": true, "or": true, "conditions": [
      {"leftField": "Name", "op": "=", "constant": "b"},
      {"leftField": "Name", "op": "=", "constant": "c", "not": true}]},
    {"group": true, "not": true, "conditions": [
      {"leftField": "Name", "op": "=", "constant": "d"},
      {"leftField": "Name", "op": "=", "constant": "e"}]},
    {"group": true, "not": true, "or": true, "conditions": [
      {"leftField": "Name", "op": "=", "constant": "f"},
      {"leftField": "Name", "op": "=", "constant": "g"}]}]}})"),
            "Name = 'a' and (Name = 'b' or not Name = 'c') and not (Name = 'd' and Name = 'e') and "
            "not (Name = 'f' or Name = 'g')");
}

TEST(KumaFilter, TakesARootWithoutItsPayload) {
  EXPECT_EQ(shown(R"({"conditions": [{"leftField": "Name", "op": "=", "constant": "a"}]})"),
            "Name = 'a'");
}

TEST(KumaFilter, KeepsTextAndNumbersApart) {
  const auto constant = [](std::string_view json) {
    return shown(R"({"leftField": "BytesIn", "op": "=", "constant": )" + std::string(json) + "}");
  };
  EXPECT_EQ(constant("\"5\""), "BytesIn = '5'");
  EXPECT_EQ(constant("5"), "BytesIn = 5");
  EXPECT_EQ(constant("-5.50"), "BytesIn = -5.50");
  EXPECT_EQ(constant("1e3"), "BytesIn = 1000");
  EXPECT_EQ(constant("\"\""), "BytesIn = ''");
  EXPECT_EQ(shown(R"({"leftField": "BytesIn", "op": "=", "rightKind": "constant",
                      "constant": null})"),
            "BytesIn = ''");
}

TEST(KumaFilter, OrdersAsText) {
  EXPECT_EQ(shown(R"({"leftField": "FlexString1", "op": "<", "constant": "03:00:00"})"),
            "FlexString1 < '03:00:00'");
}

TEST(KumaFilter, PassesOverTheConstantOfAList) {
  EXPECT_EQ(shown(R"({"leftField": "DestinationPort", "op": "=", "rightKind": "list",
                      "constant": 0.0, "list": ["22", 23, null]})"),
            "DestinationPort = ['22', 23, '']");
}

TEST(KumaFilter, ComparesFields) {
  EXPECT_EQ(shown(R"({"leftKind": "event", "leftField": "SourceUserName", "op": "=",
                      "rightKind": "event", "rightField": "DestinationUserName"})"),
            "SourceUserName = DestinationUserName");
}

TEST(KumaFilter, WithoutConditionsMatchesEverything) {
  for (const std::string_view text :
       {R"({"root": null})", R"({"id": "x", "root": {}})", R"({"root": {"group": true}})",
        R"({"root": {"group": true, "conditions": null}})",
        R"({"root": {"group": true, "not": true, "conditions": []}})",
        R"({"root": {"group": false, "conditions": [], "filter": {"root": null}}})"}) {
    const ReadFilter got = read_filter(text);
    EXPECT_EQ(got.said, Lines{}) << text;
    ASSERT_TRUE(got.tree) << text;
    EXPECT_TRUE(matches_everything(*got.tree)) << text;
  }
}

TEST(KumaFilter, LeavesOutGroupsWithoutConditions) {
  const ReadFilter got = read_filter(R"({"root": {"group": true, "or": true, "conditions": [
  {"group": true, "conditions": []},
  {"leftField": "Name", "op": "=", "constant": "a"}]}})");
  EXPECT_EQ(got.said, (Lines{"2:3: warning: nothing stands here but an empty group; it is left "
                             "out"}));
  ASSERT_TRUE(got.tree);
  EXPECT_EQ(filter::to_expression(*got.tree), "Name = 'a'");
}

constexpr std::string_view with_saved = R"({"root": {"group": true, "conditions": [
  {"op": "=", "not": true, "filter": {"id": "1", "name": "Base", "root": {"group": true,
    "conditions": [{"leftField": "Type", "op": "=", "constant": 1}]}}},
  {"leftField": "Name", "op": "=", "constant": "a"}]}})";

TEST(KumaFilter, WritesOutTheSavedFiltersThatItHolds) {
  EXPECT_EQ(shown(with_saved), "not Type = 1 and Name = 'a'");
}

TEST(KumaFilter, AsksWhatStandsForASavedFilter) {
  KumaReading reading;
  reading.embedded = [](const rule::Node&, filter::Node tree) {
    filter::Node saved;
    saved.type = filter::Node::Type::saved;
    saved.saved_name = filter::to_expression(tree);
    return saved;
  };
  const ReadFilter got = read_filter(with_saved, reading);
  ASSERT_TRUE(got.tree);
  EXPECT_EQ(filter::to_expression(*got.tree), "not filter('Type = 1') and Name = 'a'");
}

TEST(KumaFilter, AsksWhetherALookupHasAnEntry) {
  for (const auto& [op, kind] : {std::pair("inDictionary", lookup::Kind::dictionary),
                                 std::pair("inActiveList", lookup::Kind::active_list),
                                 std::pair("inContextTable", lookup::Kind::context_table)}) {
    const filter::Node node =
        condition(R"({"leftKind": "", "leftID": "d1", "op": ")" + std::string(op) +
                  R"(", "leftKeys": ["SourceAddress", "SourcePort"],
                                   "ignoreCase": false})");
    ASSERT_TRUE(std::holds_alternative<filter::Lookup>(node.left)) << op;
    const auto& left = std::get<filter::Lookup>(node.left);
    EXPECT_EQ(left.kind, kind);
    EXPECT_EQ(left.name, "d1");
    EXPECT_EQ(left.column, "");
    EXPECT_EQ(left.keys, (std::vector{field_id("SourceAddress"), field_id("SourcePort")}));
    EXPECT_TRUE(std::holds_alternative<filter::Nothing>(node.right));
  }
}

TEST(KumaFilter, ReadsTheValuesOfLookups) {
  const auto left = [](std::string_view keys) {
    const filter::Node node = condition(
        "{\"leftID\": \"x\", \"leftKeys\": [\"Name\"], \"op\": \"=\", "
        "\"constant\": \"a\", " +
        std::string(keys) + "}");
    EXPECT_TRUE(std::holds_alternative<filter::Lookup>(node.left)) << keys;
    return std::get<filter::Lookup>(node.left);
  };
  EXPECT_EQ(left(R"("leftKind": "dictionary")").kind, lookup::Kind::dictionary);
  EXPECT_EQ(left(R"("leftKind": "dictionary", "leftField": "c")").kind, lookup::Kind::table);
  EXPECT_EQ(left(R"("leftKind": "table", "leftField": "c")").column, "c");
  EXPECT_EQ(left(R"("leftKind": "activeList", "leftField": "c")").kind, lookup::Kind::active_list);
  const auto none = left(R"("leftKind": "contextTable", "leftField": "c", "leftListItemIdx": 0)");
  EXPECT_EQ(none.kind, lookup::Kind::context_table);
  EXPECT_EQ(none.index, std::nullopt);
  EXPECT_EQ(left(R"("leftKind": "contextTable", "leftField": "c", "leftListItemIdx": 2)").index,
            2U);
}

lookup::Tables context_table() {
  lookup::Shape shape;
  shape.kind = lookup::Kind::context_table;
  shape.keys = {{"user", FieldType::text}, {"host", FieldType::text}};
  shape.columns = {{"seen", FieldType::text_array}, {"last", FieldType::text}};
  lookup::Tables tables;
  tables.add({"Logons", "c1", std::make_shared<lookup::Table>(std::move(shape))});
  return tables;
}

TEST(KumaFilter, KnowsWhichColumnOfAContextTableHoldsAList) {
  const lookup::Tables tables = context_table();
  const auto index = [&](std::string_view column) {
    const filter::Node node = condition(
        R"({"leftKind": "contextTable", "leftID": "c1", "leftListItemIdx": 0, "op": "=",
            "leftKeyMap": {"host": "DeviceHostName", "user": "SourceUserName"},
            "constant": "a", "leftField": ")" +
            std::string(column) + "\"}",
        {Schema::kuma, &tables, {}, {}});
    const auto& left = std::get<filter::Lookup>(node.left);
    // In the order of the table, not of the map.
    EXPECT_EQ(left.keys, (std::vector{field_id("SourceUserName"), field_id("DeviceHostName")}));
    return left.index;
  };
  EXPECT_EQ(index("seen"), 0U);
  EXPECT_EQ(index("last"), std::nullopt);
}

TEST(KumaFilter, ChecksAKeyMapAgainstItsTable) {
  const lookup::Tables tables = context_table();
  EXPECT_EQ(read_filter(R"({"leftID": "c1", "op": "inContextTable",
"leftKeyMap": {"hosts": "DeviceHostName", "user": "SourceUserName"}})",
                        {Schema::kuma, &tables, {}, {}})
                .said,
            (Lines{"2:15: error: the key 'host' of the context table is missing; name the event "
                   "field that holds it",
                   "2:16: error: the context table has no key 'hosts'; did you mean 'host'?"}));
}

TEST(KumaFilter, ShowsEveryLookupToWhoAsks) {
  KumaReading reading;
  reading.lookup = [](filter::Lookup& lookup, const KumaLookup& place) {
    EXPECT_EQ(place.offset, 11U);
    lookup.name = "Renamed";
  };
  const filter::Node node =
      condition(R"({"leftID": "d1", "op": "inDictionary", "leftKeys": ["Name"]})", reading);
  EXPECT_EQ(std::get<filter::Lookup>(node.left).name, "Renamed");
}

TEST(KumaFilter, ReadsThreatIntelligence) {
  const filter::Node value = condition(R"({"leftKind": "TI", "leftField": "SourceAddress",
    "leftTICategory": "KL_IP", "leftTIField": "threat", "op": "=", "constant": "a"})");
  const auto& left = std::get<filter::Intelligence>(value.left);
  EXPECT_EQ(left.category, "KL_IP");
  EXPECT_EQ(left.field, field_id("SourceAddress"));
  EXPECT_EQ(left.key, "threat");
  for (const std::string_view key : {"leftField", "leftTIField"}) {
    const filter::Node node = condition("{\"op\": \"TIDetect\", \"leftTICategory\": \"KL_IP\", \"" +
                                        std::string(key) + "\": \"SourceAddress\"}");
    const auto& detected = std::get<filter::Intelligence>(node.left);
    EXPECT_EQ(node.op, Operator::ti_detect);
    EXPECT_EQ(detected.category, "KL_IP");
    EXPECT_EQ(detected.field, field_id("SourceAddress"));
    EXPECT_EQ(detected.key, "");
  }
}

TEST(KumaFilter, ReadsVulnerabilities) {
  const filter::Node any = condition(R"({"leftField": "SourceAddress", "op": "hasVulnerability",
    "vulns": {"cves": null, "minSeverity": 0}})");
  EXPECT_TRUE(std::holds_alternative<filter::Nothing>(any.right));
  EXPECT_EQ(any.min_severity, 0U);
  const filter::Node listed = condition(R"({"leftField": "SourceAddress", "op": "hasVulnerability",
    "vulns": {"cves": ["CVE-2021-44228"], "minSeverity": 3}})");
  ASSERT_TRUE(std::holds_alternative<filter::List>(listed.right));
  EXPECT_EQ(std::get<filter::List>(listed.right).items[0].text, "CVE-2021-44228");
  EXPECT_TRUE(std::get<filter::List>(listed.right).items[0].quoted);
  EXPECT_EQ(listed.min_severity, 3U);
}

TEST(KumaFilter, FoldsNoCaseWhereKumaDoesNot) {
  EXPECT_EQ(shown(R"({"leftField": "SourceAddress", "op": "inSubnet", "ignoreCase": true,
                      "constant": "10.0.0.0/8"})"),
            "SourceAddress inSubnet '10.0.0.0/8'");
}

TEST(KumaFilter, AsksStructuredDataOnlyWhetherItIsThere) {
  const filter::Node node = condition(R"({"leftField": "TI", "op": "=", "constant": ""})");
  EXPECT_EQ(std::get<filter::EventField>(node.left).id, field_id("TI"));
  EXPECT_EQ(read_filter(R"({"leftField": "TI", "op": "=", "constant": "a"})").said,
            (Lines{"1:15: error: 'TI' holds structured data, which no operator takes; use another "
                   "field"}));
}

TEST(KumaFilter, SaysWhatAVariableIs) {
  const std::string rest =
      " is a variable of correlation rules, not an event field; aggregation "
      "and enrichment rules have none";
  EXPECT_EQ(read_filter(R"({"leftField": "$cmd", "op": "=", "constant": "a"})").said,
            (Lines{"1:15: error: '$cmd'" + rest}));
  EXPECT_EQ(
      read_filter(R"({"leftID": "x", "op": "inActiveList", "leftKeys": ["Name", "$rule"]})").said,
      (Lines{"1:60: error: '$rule'" + rest}));
}

TEST(KumaFilter, ReportsWhatIsWrongWhereItStands) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"leftField": "Nme", "op": "=", "constant": "a"})",
       "1:15: error: unknown field 'Nme'; did you mean 'Name'?"},
      {R"({"leftField": "Name", "op": "contain", "constant": "a"})",
       "1:29: error: unknown operator 'contain'; did you mean 'contains'?"},
      {R"({"leftField": "Name", "op": "", "constant": "a"})",
       "1:29: error: the condition has no operator; set op, such as \"=\""},
      {R"({"leftKind": "activelists", "leftField": "a", "op": "=", "constant": "a"})",
       "1:14: error: unknown kind of operand 'activelists'; did you mean 'activeList'?"},
      {R"({"leftField": "Name", "op": "="})",
       "1:29: error: the right operand is missing; set rightKind, and what it needs"},
      {R"({"leftKind": "constant", "op": "=", "rightField": "Name"})",
       "1:14: error: a constant cannot stand left of an operator; exchange the sides"},
      {R"({"leftField": "Name", "op": "=", "rightKind": "list", "list": []})",
       "1:63: error: the list is empty; write at least one item"},
      {R"({"leftField": "Name", "op": "=", "constant": {"a": 1}})",
       "1:46: error: a constant must be text or a number, not a map"},
      {R"({"leftField": "Extra", "op": "=", "constant": "a"})",
       "1:15: error: 'Extra' is a map; name one of its keys: Extra.<key>"},
      {R"({"op": "inDictionary", "leftID": "", "leftKeys": ["Name"]})",
       "1:50: error: leftID is empty; it names a dictionary"},
      {R"({"op": "inActiveList", "leftID": "a", "leftKeys": null})",
       "1:51: error: leftKeys is empty; list the event fields that make the key"},
      {R"({"op": "inActiveList", "leftKind": "dictionary", "leftID": "a", "leftKeys": ["Name"]})",
       "1:36: error: leftKind of 'inActiveList' must be activeList or empty, not the text "
       "'dictionary'"},
      {R"({"op": "=", "leftKind": "activeList", "leftID": "a", "leftKeys": ["Name"],
"constant": "a"})",
       "1:49: error: leftField is empty; it names what is wanted of an active list"},
      {R"({"leftField": "Name", "leftEvent": "e1", "op": "=", "constant": "a"})",
       "1:36: error: leftEvent names 'e1', one of several events of a correlation rule; "
       "aggregation and enrichment rules see one event, so empty it"},
      {R"({"leftField": "Name", "op": "=", "constant": "a", "not": "yes"})",
       "1:58: error: not must be true or false, not the text 'yes'"},
      {R"({"root": {"group": true, "conditions": {}}})",
       "1:40: error: conditions must be a list, not a map"},
      {R"({"root": {"group": true, "conditions": ["Name = 'a'"]}})",
       "1:41: error: a condition must be a map, not the text 'Name = 'a''"},
      {R"({"root": {"filter": "Base Events"}})",
       "1:21: error: filter must be a saved filter as KUMA exports it, whole, not the text 'Base "
       "Events'"},
      {R"({"root": "Name = 'a'"})",
       "1:10: error: root must be a map, as KUMA exports it, not the text 'Name = 'a''"},
      {R"({"op": "hasVulnerability", "leftField": "Name", "vulns": {"minSeverity": -1}})",
       "1:74: error: minSeverity must be a whole number from 0 on, not '-1'"},
  };
  for (const auto& [text, message] : cases) {
    const ReadFilter got = read_filter(text);
    EXPECT_EQ(got.said, Lines{message}) << text;
    EXPECT_FALSE(got.tree) << text;
  }
}

TEST(KumaFilter, WarnsOfKeysThatItDoesNotKnow) {
  const ReadFilter got =
      read_filter(R"({"nme": "a", "root": {"leftField": "Name", "op": "=", "constant": "a",
"ignorecase": true, "checkTypes": true}})");
  EXPECT_EQ(got.said,
            (Lines{"1:2: warning: unknown key 'nme' is left out; did you mean 'name'?",
                   "2:1: warning: unknown key 'ignorecase' is left out; did you mean 'ignoreCase'?",
                   "2:35: warning: checkTypes does nothing here: values are compared as what the "
                   "types of their fields make of them"}));
  ASSERT_TRUE(got.tree);
  EXPECT_EQ(filter::to_expression(*got.tree), "Name = 'a'");
}

TEST(KumaFilter, ReportsEveryCondition) {
  EXPECT_EQ(read_filter(R"({"conditions": [{"leftField": "Nme", "op": "=", "constant": "a"},
                     {"leftField": "Nam", "op": "=", "constant": "a"}]})")
                .said.size(),
            2U);
}

TEST(KumaFilter, StandsWhereverAFilterStands) {
  constexpr std::string_view json =
      R"({"root": {"leftField": "Name", "op": "=", "constant": "a"}})";
  const std::string text = "filter: {all: [" + std::string(json) +
                           ", BytesIn > 5, filter('a')]}\nfilters:\n  a: " + std::string(json) +
                           "\naggregation:\n  - name: r\n    identical_fields: "
                           "[Name]\n    filter: " +
                           std::string(json) + "\n";
  const Parsed parsed = parse_document(text);
  EXPECT_EQ(lines(parsed), Lines{});
  ASSERT_TRUE(parsed.document.filter);
  EXPECT_EQ(filter::to_expression(*parsed.document.filter),
            "Name = 'a' and BytesIn > 5 and filter('a')");
  ASSERT_EQ(parsed.document.filters.size(), 1U);
  EXPECT_EQ(filter::to_expression(parsed.document.filters[0].tree), "Name = 'a'");
  ASSERT_EQ(parsed.document.aggregation.size(), 1U);
  ASSERT_TRUE(parsed.document.aggregation[0].filter);
  EXPECT_EQ(filter::to_expression(*parsed.document.aggregation[0].filter), "Name = 'a'");
}

TEST(KumaFilter, PointsAtWhatDoesNotCompile) {
  EXPECT_EQ(document("{\"filter\": {\"root\": {\"leftField\": \"Name\", \"op\": \"match\", "
                     "\"rightKind\": \"list\",\n\"list\": [\"a\", \"b[\"]}}}"),
            (Lines{"2:15: error: the expression 'b[' does not compile: missing ]: ["}));
  EXPECT_EQ(document("{\"filter\": {\"root\": {\"leftField\": \"SourceAddress\", \"op\": "
                     "\"inSubnet\",\n\"constant\": \"x\"}}}")[0]
                .substr(0, 12),
            "2:13: error:");
}

TEST(KumaFilter, NamesAnyFieldUnderAnOpenSchema) {
  EXPECT_EQ(document(R"({"schema": "open", "filter": {"root": {"leftField": "user agent", "op":
    "=", "constant": "a"}}})"),
            Lines{});
}

TEST(KumaFilter, NestsAsDeepAsADocument) {
  std::string text = R"({"leftField": "Name", "op": "=", "constant": "a"})";
  for (int i = 0; i < 31; ++i)
    text = R"({"group": true, "not": true, "conditions": [)" + text + "]}";
  const ReadFilter deep = read_filter(text);
  EXPECT_EQ(deep.said, Lines{});
  EXPECT_TRUE(deep.tree);
  for (int i = 0; i < 1000; ++i) text = R"({"conditions": [)" + text + "]}";
  const ReadFilter deeper = read_filter(text);
  ASSERT_EQ(deeper.said.size(), 1U);
  EXPECT_NE(deeper.said[0].find("nest more than 64 deep"), std::string::npos);
}

}  // namespace
}  // namespace weir::rule
