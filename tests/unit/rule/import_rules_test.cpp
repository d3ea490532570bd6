// What KUMA's aggregation rules become as a document.

#include <string>
#include <string_view>

#include "imported.h"

namespace weir::rule {
namespace {

constexpr std::string_view flows_rule = R"({"kind": "aggregationRule", "payload": {
  "id": "8a1b2c3d-1111-4222-8333-944445555666", "name": "Flows", "description": "of: all",
  "tenantName": "Main", "threshold": 50, "window": 30,
  "identicalFields": ["SourceAddress", "DestinationAddress"], "uniqueFields": null,
  "sumFields": ["BytesIn"], "filter": )";

TEST(Import, TakesAggregationRules) {
  const ImportedText got =
      import_text(std::string(flows_rule) + payload("Inline filter", "x") + "}}");
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
  const ImportedText got = import_text(std::string(flows_rule) + payload("Web", "x", "1") + "}}");
  EXPECT_EQ(got.document.substr(0, 26), "filters:\n  Web: Name = 'x'");
  EXPECT_NE(got.document.find("    filter: filter('Web')\n"), std::string::npos);
  EXPECT_EQ(document(got.document), Lines{});
}

TEST(Import, TakesRulesWithoutAFilterAndWithDefaults) {
  const ImportedText got =
      import_text(R"([{"name": "a", "identicalFields": ["Name"], "threshold": 0,
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
  const ImportedText got = import_text(R"({"name": "", "identicalFields": ["Nme", "Name", "Name"],
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

}  // namespace
}  // namespace weir::rule
