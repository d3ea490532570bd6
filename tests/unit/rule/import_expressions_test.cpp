// What filters in KUMA's JSON are as expressions.

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "imported.h"

namespace weir::rule {
namespace {

TEST(Expressions, AreWrittenOutWhole) {
  const ImportedText got =
      expressions_text(list_of({holding("C", {payload("A", "x"), payload("B", "y")})}));
  EXPECT_EQ(got.said, Lines{});
  ASSERT_EQ(got.expressions.size(), 1U);
  EXPECT_EQ(got.expressions[0], (std::pair<std::string, std::string>("C",
                                                                     "Name = 'x' or Name = "
                                                                     "'y'")));
}

TEST(Expressions, AreOfFiltersThatHaveConditions) {
  const ImportedText got = expressions_text(R"([{"name": "r", "identicalFields": ["Name"]},
{"name": "All", "root": null}])");
  EXPECT_TRUE(got.expressions.empty());
  ASSERT_EQ(got.said.size(), 2U);
  EXPECT_EQ(got.said[0].substr(0, 34), "1:2: error: an aggregation rule is");
  EXPECT_EQ(got.said[1].substr(0, 34), "2:1: error: the filter has no cond");
}

TEST(Expressions, AreOnlyThoseThatWouldLoad) {
  const ImportedText got = expressions_text(list_of({
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
  const ImportedText got = expressions_text(fmt::format(
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
