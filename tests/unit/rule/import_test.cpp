// What filters in KUMA's JSON become as a document, in each of the forms in which they come.

#include <string>
#include <vector>

#include "imported.h"

namespace weir::rule {
namespace {

TEST(Import, TakesFiltersInEveryForm) {
  const std::string one = payload("A", "x");
  for (const std::string& text :
       {one, list_of({one}), R"({"kind": "filter", "payload": )" + one + "}",
        R"({"source": "rules/a", "payload": )" + one + "}", one + "\n" + one + "\n",
        "\n" + one + "\r\n\n" + one, "{\"payload\":\n" + one + "}\n"}) {
    const ImportedText got = import_text(text);
    EXPECT_EQ(got.said, Lines{}) << text;
    EXPECT_EQ(got.document, "filters:\n  A: Name = 'x'\n") << text;
    EXPECT_EQ(document(got.document), Lines{});
  }
}

TEST(Import, NamesWhatHasNoName) {
  EXPECT_EQ(import_text(R"({"root": {"leftField": "Name", "op": "=", "constant": "x"}})").document,
            "filters:\n  Filter: Name = 'x'\n");
}

TEST(Import, WritesSavedFiltersOnceBeforeWhatHoldsThem) {
  const ImportedText got =
      import_text(list_of({holding("C", {payload("A", "x", "1"), payload("B", "y")}),
                           holding("D", {payload("A", "x", "2"), payload("B", "y")})}));
  EXPECT_EQ(got.said, Lines{});
  EXPECT_EQ(got.document,
            "filters:\n  A: Name = 'x'\n  B: Name = 'y'\n  C: filter('A') or filter('B')\n"
            "  D: filter('A') or filter('B')\n");
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, GivesOtherContentOfANameAnother) {
  const ImportedText got =
      import_text(list_of({payload("A", "x"), payload("A", "y"), payload("A", "x"),
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
  const ImportedText got = import_text(payload(name, "x"));
  EXPECT_EQ(got.said.size(), 1U);
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, QuotesNamesAsYamlAndExpressionsNeed) {
  const ImportedText got = import_text(holding("[a]: #b", {payload("it's", "x")}));
  EXPECT_EQ(got.document, "filters:\n  it's: Name = 'x'\n  '[a]: #b': filter('it''s')\n");
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, KeepsAFilterWithoutConditions) {
  const ImportedText got =
      import_text(R"({"name": "All", "root": {"group": true, "conditions": []}})");
  EXPECT_EQ(got.document, "filters:\n  All: {root: {}}\n");
  EXPECT_EQ(got.said,
            (Lines{"1:1: warning: the filter has no conditions; it matches every event"}));
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, LeavesOutWhatCannotBeImportedAndGoesOn) {
  const ImportedText got =
      import_text(list_of({payload("A", "x"), R"({"kind": "dictionary", "payload": {"name": "d"}},
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
  const ImportedText got = import_text(R"({"name": "B", "root": {"conditions": [{"filter":
{"name": "A", "root": {"leftField": "Name", "op": "match", "constant": "["}}}]}})");
  EXPECT_EQ(got.document, "");
  ASSERT_EQ(got.said.size(), 2U);
  EXPECT_EQ(got.said[1].substr(0, 5), "2:72:");
}

TEST(Import, ReadsTheOtherLinesWhenOneIsBroken) {
  const ImportedText got =
      import_text(payload("A", "x") + "\n{\"name\": \n" + payload("B", "y") + "\n");
  EXPECT_EQ(got.document, "filters:\n  A: Name = 'x'\n  B: Name = 'y'\n");
  ASSERT_EQ(got.said.size(), 1U);
  EXPECT_EQ(got.said[0].substr(0, 2), "2:");
}

TEST(Import, SaysThatThereIsNothing) {
  EXPECT_EQ(import_text("").said,
            (Lines{"1:1: error: there is nothing to import; give what KUMA exported"}));
  EXPECT_EQ(import_text("[]").said,
            (Lines{"1:1: error: there is nothing to import; give what KUMA exported"}));
}

TEST(Import, GoesOnAfterAThousandWarnings) {
  const ImportedText got = import_text(list_of([] {
    std::vector<std::string> filters;
    for (int i = 0; i < 1'500; ++i) filters.push_back(payload("same", std::to_string(i)));
    return filters;
  }()));
  EXPECT_EQ(got.said.size(), 1'001U);
  EXPECT_NE(got.document.find("same (1500): Name = '1499'"), std::string::npos);
}

}  // namespace
}  // namespace weir::rule
