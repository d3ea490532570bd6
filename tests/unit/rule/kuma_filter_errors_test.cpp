// What is said of filters in KUMA's JSON that are wrong, and where.

#include <string>
#include <utility>
#include <vector>

#include "kuma_filters.h"

namespace weir::rule {
namespace {

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

TEST(KumaFilter, PointsAtWhatDoesNotCompile) {
  EXPECT_EQ(document("{\"filter\": {\"root\": {\"leftField\": \"Name\", \"op\": \"match\", "
                     "\"rightKind\": \"list\",\n\"list\": [\"a\", \"b[\"]}}}"),
            (Lines{"2:15: error: the expression 'b[' does not compile: missing ]: ["}));
  EXPECT_EQ(document("{\"filter\": {\"root\": {\"leftField\": \"SourceAddress\", \"op\": "
                     "\"inSubnet\",\n\"constant\": \"x\"}}}")[0]
                .substr(0, 12),
            "2:13: error:");
}

}  // namespace
}  // namespace weir::rule
