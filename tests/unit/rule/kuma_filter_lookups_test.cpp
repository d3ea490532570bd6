// Filters in KUMA's JSON that ask lookups, threat intelligence and vulnerabilities.

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "kuma_filters.h"

namespace weir::rule {
namespace {

using filter::Operator;

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

}  // namespace
}  // namespace weir::rule
