// Lookups that imported filters ask: stubs stand for those that are not here.

#include <string>

#include "imported.h"

namespace weir::rule {
namespace {

TEST(Import, WritesAStubForALookup) {
  const ImportedText got = import_text(R"([{"name": "A", "root": {"op": "inDictionary",
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
  const ImportedText got =
      import_text(R"({"name": "A", "root": {"conditions": [{"op": "inActiveList",
"leftID": "b9c93ba5-c734-4e6c-950d-5b4e30909e81", "leftKeys": ["Name"]},
{"leftField": "$x", "op": "=", "constant": "a"}]}})");
  EXPECT_EQ(got.document, "");
  EXPECT_EQ(got.said.size(), 1U);
}

TEST(Import, TakesAnIdForTheSameInEitherCase) {
  const ImportedText got =
      import_text(R"({"name": "A", "root": {"conditions": [{"op": "inActiveList",
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

TEST(Import, TellsKeysFromColumns) {
  const ImportedText lent =
      import_text(R"({"name": "A", "root": {"leftKind": "contextTable", "op": "=",
"leftID": "T", "leftField": "Name", "leftKeys": ["Name"], "constant": "x"}})");
  EXPECT_EQ(lent.document.substr(0, lent.document.find("filters:")), R"(context_tables:
  T:
    keys: {Name key: string}
    columns: {Name: string}
)");
  EXPECT_EQ(document(lent.document), Lines{});
  const ImportedText named =
      import_text(R"({"name": "A", "root": {"leftKind": "contextTable", "op": "=",
"leftID": "T", "leftField": "u", "leftKeyMap": {"u": "Name"}, "constant": "x"}})");
  EXPECT_EQ(named.document, "");
  ASSERT_FALSE(named.said.empty());
  EXPECT_EQ(named.said[0],
            "2:11: error: 'u' is a key of 'T', and a condition asks for other columns; ask for the "
            "event field of that key");
}

TEST(Import, QuotesWhatEndsATextInFlowStyle) {
  const ImportedText got =
      import_text(R"({"name": "A", "root": {"leftKind": "contextTable", "op": "=",
"leftID": "T", "leftField": "is it? so", "leftKeyMap": {"k?": "Name"}, "constant": "x"}})");
  EXPECT_EQ(document(got.document), Lines{}) << got.document;
}

}  // namespace
}  // namespace weir::rule
