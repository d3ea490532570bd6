// Filters in KUMA's JSON: what tree conditions and groups come to, and where they may stand.

#include "kuma_filters.h"

namespace weir::rule {
namespace {

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
