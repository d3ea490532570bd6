// What KUMA's JSON becomes as a document, in each of the forms in which it comes.
#include "rule/import.h"

#include <fmt/format.h>

#include "found.h"
#include "rule/reader.h"
#include "rule/settings_map.h"

namespace weir::rule {
namespace {

struct Imported {
  std::string document;
  std::vector<std::pair<std::string, std::string>> expressions;
  Lines said;
};

Imported read_answer(const std::string& answer) {
  const Source source(answer);
  Findings findings(source);
  const auto root = read_tree(source, findings);
  EXPECT_TRUE(root) << answer;
  Imported out;
  if (!root) return out;
  if (const Node* document = find_value(*root, "document")) out.document = document->text;
  if (const Node* expressions = find_value(*root, "expressions"))
    for (const Node& item : expressions->children)
      out.expressions.emplace_back(find_value(item, "name")->text,
                                   find_value(item, "expression")->text);
  for (const Node& item : find_value(*root, "diagnostics")->children)
    out.said.push_back(find_value(item, "line")->text + ":" + find_value(item, "column")->text +
                       ": " + find_value(item, "severity")->text + ": " +
                       find_value(item, "message")->text);
  return out;
}

Imported import(std::string_view json) { return read_answer(import_json(json)); }
Imported expressions(std::string_view json) { return read_answer(expressions_json(json)); }

// A filter of one condition.
std::string payload(std::string_view name, std::string_view value, std::string_view id = "") {
  return fmt::format(
      R"({{"id": "{}", "name": "{}", "root": {{"group": true, "conditions": [)"
      R"({{"leftField": "Name", "op": "=", "rightKind": "constant", "constant": "{}"}}]}}}})",
      id, name, value);
}

// A filter that holds others.
std::string holding(std::string_view name, const std::vector<std::string>& payloads) {
  std::string out = "{\"name\": \"" + std::string(name) +
                    "\", \"root\": {\"group\": true, \"or\": true, \"conditions\": [";
  for (const std::string& one : payloads)
    out += (out.back() == '[' ? "{\"op\": \"=\", \"filter\": " : ", {\"filter\": ") + one + "}";
  return out + "]}}";
}

std::string list_of(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ",\n"));
}

TEST(Import, TakesFiltersInEveryForm) {
  const std::string one = payload("A", "x");
  for (const std::string& text :
       {one, list_of({one}), R"({"kind": "filter", "payload": )" + one + "}",
        R"({"source": "rules/a", "payload": )" + one + "}", one + "\n" + one + "\n",
        "\n" + one + "\r\n\n" + one, "{\"payload\":\n" + one + "}\n"}) {
    const Imported got = import(text);
    EXPECT_EQ(got.said, Lines{}) << text;
    EXPECT_EQ(got.document, "filters:\n  A: Name = 'x'\n") << text;
    EXPECT_EQ(document(got.document), Lines{});
  }
}

TEST(Import, NamesWhatHasNoName) {
  EXPECT_EQ(import(R"({"root": {"leftField": "Name", "op": "=", "constant": "x"}})").document,
            "filters:\n  Filter: Name = 'x'\n");
}

TEST(Import, WritesSavedFiltersOnceBeforeWhatHoldsThem) {
  const Imported got = import(list_of({holding("C", {payload("A", "x", "1"), payload("B", "y")}),
                                       holding("D", {payload("A", "x", "2"), payload("B", "y")})}));
  EXPECT_EQ(got.said, Lines{});
  EXPECT_EQ(got.document,
            "filters:\n  A: Name = 'x'\n  B: Name = 'y'\n  C: filter('A') or filter('B')\n"
            "  D: filter('A') or filter('B')\n");
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, GivesOtherContentOfANameAnother) {
  const Imported got = import(list_of({payload("A", "x"), payload("A", "y"), payload("A", "x"),
                                       holding("A (2)", {payload("A", "y")})}));
  EXPECT_EQ(got.document,
            "filters:\n  A: Name = 'x'\n  A (2): Name = 'y'\n  A (2) (2): filter('A (2)')\n");
  EXPECT_EQ(got.said, (Lines{"2:1: warning: another filter, of other content, has the name 'A' "
                             "too; this one becomes 'A (2)'",
                             "4:1: warning: another filter, of other content, has the name 'A (2)' "
                             "too; this one becomes 'A (2) (2)'"}));
}

TEST(Import, CutsNamesThatAreTooLong) {
  const std::string name(130, 'n');
  const Imported got = import(payload(name, "x"));
  EXPECT_EQ(got.said.size(), 1U);
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, QuotesNamesAsYamlAndExpressionsNeed) {
  const Imported got = import(holding("[a]: #b", {payload("it's", "x")}));
  EXPECT_EQ(got.document, "filters:\n  it's: Name = 'x'\n  '[a]: #b': filter('it''s')\n");
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, KeepsAFilterWithoutConditions) {
  const Imported got = import(R"({"name": "All", "root": {"group": true, "conditions": []}})");
  EXPECT_EQ(got.document, "filters:\n  All: {root: {}}\n");
  EXPECT_EQ(got.said,
            (Lines{"1:1: warning: the filter has no conditions; it matches every event"}));
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, LeavesOutWhatCannotBeImportedAndGoesOn) {
  const Imported got =
      import(list_of({payload("A", "x"), R"({"kind": "dictionary", "payload": {"name": "d"}},
{"enrichment": {}},
5,
{"name": "B", "root": {"leftField": "$x", "op": "=", "constant": "a"}},
{"name": "C", "root": {"leftField": "Name", "op": "match", "constant": "["}})"}));
  EXPECT_EQ(got.document, "filters:\n  A: Name = 'x'\n");
  ASSERT_EQ(got.said.size(), 5U);
  EXPECT_EQ(got.said[0],
            "2:1: error: a resource of the kind 'dictionary' is not imported; filters, "
            "aggregation rules and enrichment rules are");
  EXPECT_EQ(got.said[1].substr(0, 33), "3:1: error: this is neither a fil");
  EXPECT_EQ(got.said[2], "4:1: error: a resource of KUMA is a map, not '5'");
  EXPECT_EQ(got.said[3].substr(0, 30), "5:37: error: '$x' is a variabl");
  EXPECT_EQ(got.said[4].substr(0, 46), "6:72: error: the expression '[' does not compi");
}

TEST(Import, LeavesOutWhatHoldsAFilterThatCannotBeImported) {
  const Imported got = import(R"({"name": "B", "root": {"conditions": [{"filter":
{"name": "A", "root": {"leftField": "Name", "op": "match", "constant": "["}}}]}})");
  EXPECT_EQ(got.document, "");
  ASSERT_EQ(got.said.size(), 2U);
  EXPECT_EQ(got.said[1].substr(0, 5), "2:72:");
}

TEST(Import, ReadsTheOtherLinesWhenOneIsBroken) {
  const Imported got = import(payload("A", "x") + "\n{\"name\": \n" + payload("B", "y") + "\n");
  EXPECT_EQ(got.document, "filters:\n  A: Name = 'x'\n  B: Name = 'y'\n");
  ASSERT_EQ(got.said.size(), 1U);
  EXPECT_EQ(got.said[0].substr(0, 2), "2:");
}

TEST(Import, SaysThatThereIsNothing) {
  EXPECT_EQ(import("").said,
            (Lines{"1:1: error: there is nothing to import; give what KUMA exported"}));
  EXPECT_EQ(import("[]").said,
            (Lines{"1:1: error: there is nothing to import; give what KUMA exported"}));
}

TEST(Import, WritesAStubForALookup) {
  const Imported got = import(R"([{"name": "A", "root": {"op": "inDictionary",
"leftID": "a3ac515e-6a3a-418b-bd68-fa8fb46871e3", "leftKeys": ["Name"]}},
{"name": "B", "root": {"leftKind": "activeList", "op": "=", "leftField": "user",
"leftID": "b9c93ba5-c734-4e6c-950d-5b4e30909e81", "leftKeys": ["Name"], "constant": "x"}},
{"name": "C", "root": {"leftKind": "contextTable", "op": "=", "leftField": "seen",
"leftID": "Logons", "leftKeyMap": {"u": "Name"}, "leftListItemIdx": 1, "constant": "x"}},
{"name": "D", "root": {"leftField": "SourceAddress", "op": "inCategory", "constant": "Servers"}}])");
  EXPECT_EQ(got.document.substr(0, got.document.find("filters:")), R"(dictionaries:
  dictionary a3ac515e:
    id: a3ac515e-6a3a-418b-bd68-fa8fb46871e3
active_lists:
  active list b9c93ba5:
    id: b9c93ba5-c734-4e6c-950d-5b4e30909e81
    columns: [user]
context_tables:
  Logons:
    keys: {u: string}
    columns: {seen: list of string}
assets: {}
)");
  ASSERT_EQ(got.said.size(), 4U);
  EXPECT_EQ(got.said[0],
            "2:11: warning: the dictionary 'a3ac515e-6a3a-418b-bd68-fa8fb46871e3' is not here; "
            "'dictionary a3ac515e' stands for it, without entries: give it some, or a file, or "
            "fill it from the host");
  EXPECT_NE(got.document.find("filters:\n  A: inDictionary('dictionary a3ac515e', Name)\n"),
            std::string::npos)
      << got.document;
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, WritesNoStubForWhatIsLeftOut) {
  const Imported got = import(R"({"name": "A", "root": {"conditions": [{"op": "inActiveList",
"leftID": "b9c93ba5-c734-4e6c-950d-5b4e30909e81", "leftKeys": ["Name"]},
{"leftField": "$x", "op": "=", "constant": "a"}]}})");
  EXPECT_EQ(got.document, "");
  EXPECT_EQ(got.said.size(), 1U);
}

TEST(Import, TakesAnIdForTheSameInEitherCase) {
  const Imported got = import(R"({"name": "A", "root": {"conditions": [{"op": "inActiveList",
"leftID": "b9c93ba5-c734-4e6c-950d-5b4e30909e81", "leftKeys": ["Name"]}, {"op": "inActiveList",
"leftID": "B9C93BA5-C734-4E6C-950D-5B4E30909E81", "leftKeys": ["Code"]}, {"op": "inActiveList",
"leftID": "active list b9c93ba5", "leftKeys": ["Message"]}]}})");
  EXPECT_EQ(got.document, R"(active_lists:
  active list b9c93ba5:
    id: b9c93ba5-c734-4e6c-950d-5b4e30909e81
filters:
  A: >-
    inActiveList('active list b9c93ba5', Name)
    and inActiveList('active list b9c93ba5', Code)
    and inActiveList('active list b9c93ba5', Message)
)");
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, GoesOnAfterAThousandWarnings) {
  const Imported got = import(list_of([] {
    std::vector<std::string> filters;
    for (int i = 0; i < 1'500; ++i) filters.push_back(payload("same", std::to_string(i)));
    return filters;
  }()));
  EXPECT_EQ(got.said.size(), 1'001U);
  EXPECT_NE(got.document.find("same (1500): Name = '1499'"), std::string::npos);
}

TEST(Import, TellsKeysFromColumns) {
  const Imported lent = import(R"({"name": "A", "root": {"leftKind": "contextTable", "op": "=",
"leftID": "T", "leftField": "Name", "leftKeys": ["Name"], "constant": "x"}})");
  EXPECT_EQ(lent.document.substr(0, lent.document.find("filters:")), R"(context_tables:
  T:
    keys: {Name key: string}
    columns: {Name: string}
)");
  EXPECT_EQ(document(lent.document), Lines{});
  const Imported named = import(R"({"name": "A", "root": {"leftKind": "contextTable", "op": "=",
"leftID": "T", "leftField": "u", "leftKeyMap": {"u": "Name"}, "constant": "x"}})");
  EXPECT_EQ(named.document, "");
  ASSERT_FALSE(named.said.empty());
  EXPECT_EQ(named.said[0],
            "2:11: error: 'u' is a key of 'T', and a condition asks for other columns; ask for the "
            "event field of that key");
}

TEST(Import, QuotesWhatEndsATextInFlowStyle) {
  const Imported got = import(R"({"name": "A", "root": {"leftKind": "contextTable", "op": "=",
"leftID": "T", "leftField": "is it? so", "leftKeyMap": {"k?": "Name"}, "constant": "x"}})");
  EXPECT_EQ(document(got.document), Lines{}) << got.document;
}

constexpr std::string_view flows_rule = R"({"kind": "aggregationRule", "payload": {
  "id": "8a1b2c3d-1111-4222-8333-944445555666", "name": "Flows", "description": "of: all",
  "tenantName": "Main", "threshold": 50, "window": 30,
  "identicalFields": ["SourceAddress", "DestinationAddress"], "uniqueFields": null,
  "sumFields": ["BytesIn"], "filter": )";

TEST(Import, TakesAggregationRules) {
  const Imported got = import(std::string(flows_rule) + payload("Inline filter", "x") + "}}");
  EXPECT_EQ(got.said, Lines{});
  EXPECT_EQ(got.document, R"(aggregation:
  - name: Flows
    tenant: Main
    id: 8a1b2c3d-1111-4222-8333-944445555666
    description: 'of: all'
    threshold: 50
    lifetime: 30
    identical_fields: [SourceAddress, DestinationAddress]
    sum_fields: [BytesIn]
    filter: Name = 'x'
)");
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, RefersToTheSavedFilterOfARule) {
  const Imported got = import(std::string(flows_rule) + payload("Web", "x", "1") + "}}");
  EXPECT_EQ(got.document.substr(0, 26), "filters:\n  Web: Name = 'x'");
  EXPECT_NE(got.document.find("    filter: filter('Web')\n"), std::string::npos);
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, TakesRulesWithoutAFilterAndWithDefaults) {
  const Imported got = import(R"([{"name": "a", "identicalFields": ["Name"], "threshold": 0,
"filter": null, "rateLimit": 5, "id": "x"}, {"name": "a", "identicalFields": ["Name"]}])");
  EXPECT_EQ(got.document,
            "aggregation:\n  - name: a\n    identical_fields: [Name]\n  - name: a (2)\n    "
            "identical_fields: [Name]\n");
  EXPECT_EQ(got.said,
            (Lines{"1:58: warning: threshold is 0; the default threshold stands",
                   "2:17: warning: unknown key 'rateLimit' is left out",
                   "2:39: warning: 'x' is no UUID; the rule gets an id made of tenant and name",
                   "2:54: warning: another rule has the name 'a' too; this one becomes 'a (2)'"}));
  EXPECT_EQ(document(got.document).size(), 1U);  // the first takes what the second could
}

TEST(Import, ReportsWhatIsWrongWithARule) {
  const Imported got = import(R"({"name": "", "identicalFields": ["Nme", "Name", "Name"],
"window": "soon", "filter": "Web"})");
  EXPECT_EQ(got.document, "");
  EXPECT_EQ(got.said,
            (Lines{"1:10: error: the rule has no name; give it one",
                   "1:34: error: unknown field 'Nme'; did you mean 'Name'?",
                   "1:49: error: 'Name' is in identicalFields twice, first on line 1; remove one",
                   "2:11: error: window must be a whole number from 1 to 31536000, not the text "
                   "'soon'",
                   "2:29: error: filter must be a filter as KUMA exports it, whole, not the text "
                   "'Web'"}));
}

TEST(Expressions, AreWrittenOutWhole) {
  const Imported got = expressions(list_of({holding("C", {payload("A", "x"), payload("B", "y")})}));
  EXPECT_EQ(got.said, Lines{});
  ASSERT_EQ(got.expressions.size(), 1U);
  EXPECT_EQ(got.expressions[0], (std::pair<std::string, std::string>("C",
                                                                     "Name = 'x' or Name = "
                                                                     "'y'")));
}

TEST(Expressions, AreOfFiltersThatHaveConditions) {
  const Imported got = expressions(R"([{"name": "r", "identicalFields": ["Name"]},
{"name": "All", "root": null}])");
  EXPECT_TRUE(got.expressions.empty());
  ASSERT_EQ(got.said.size(), 2U);
  EXPECT_EQ(got.said[0].substr(0, 34), "1:2: error: an aggregation rule is");
  EXPECT_EQ(got.said[1].substr(0, 34), "2:1: error: the filter has no cond");
}

TEST(Expressions, AreOnlyThoseThatWouldLoad) {
  const Imported got = expressions(list_of({
      R"({"name": "a", "root": {"group": true, "conditions": [{"leftField": "Name", "op": "match",
 "rightKind": "constant", "constant": "["}]}})",
      R"({"name": "b", "root": {"group": true, "conditions": [{"leftField": "BytesIn", "op": "<",
 "rightKind": "list", "list": ["1", "2"]}]}})",
      payload("C", "x"),
  }));
  ASSERT_EQ(got.expressions.size(), 1U);
  EXPECT_EQ(got.expressions[0].first, "C");
  ASSERT_EQ(got.said.size(), 2U);
  EXPECT_EQ(got.said[0].substr(0, 46), "2:39: error: the expression '[' does not compi");
  EXPECT_NE(got.said[1].find("error: '<' compares with one value, not with a list"),
            std::string::npos);
}

TEST(Expressions, NameLookupsAsKumaDoes) {
  constexpr std::string_view id = "6A5B3C1D-0e2f-4a6b-8c7d-9e0f1a2b3c4d";
  const Imported got = expressions(fmt::format(
      R"([{{"name": "a", "root": {{"group": true, "conditions": [
{{"op": "inDictionary", "leftKind": "dictionary", "leftID": "{0}", "leftKeys": ["Name"]}},
{{"op": "inCategory", "leftField": "Name", "rightKind": "constant", "constant": "x"}}]}}}}])",
      id));
  EXPECT_EQ(got.said, Lines{});
  ASSERT_EQ(got.expressions.size(), 1U);
  EXPECT_EQ(got.expressions[0].second,
            fmt::format("inDictionary('{}', Name) and Name inCategory 'x'", id));
}

}  // namespace
}  // namespace weir::rule
