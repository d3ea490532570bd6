#include "found.h"

namespace weir::rule {
namespace {

constexpr std::string_view example = R"(schema: kuma
aggregation:
  - name: "[OOTB] Netflow 9"
    threshold: 100
    lifetime: 10
    identical_fields: [DestinationAddress, DestinationPort, SourceAddress, TransportProtocol]
    sum_fields: [DeviceCustomString1, BytesIn]
    sum_strings: numeric
tests:
  - name: a hundred flows become one event
    steps:
      - feed: {repeat: 100, event: {SourceAddress: 10.0.0.1, BytesIn: 10}}
      - expect: [{BaseEventCount: 100, BytesIn: 1000, DeviceCustomString1: "100"}]
      - advance: 61s
)";

TEST(Document, ReadsTheExample) {
  const Parsed parsed = parse_document(example);
  EXPECT_EQ(lines(parsed), Lines{});
  EXPECT_TRUE(parsed.good());
  ASSERT_EQ(parsed.document.aggregation.size(), 1U);
  EXPECT_EQ(parsed.document.aggregation[0].name, "[OOTB] Netflow 9");
  EXPECT_EQ(parsed.document.aggregation[0].lifetime.nanos, 10'000'000'000);
}

TEST(Document, KeepsTheOrderOfRules) {
  const Parsed parsed = parse_document(
      "aggregation:\n"
      "- {name: b, identical_fields: [Name]}\n"
      "- {name: a, identical_fields: [Name]}\n");
  ASSERT_EQ(parsed.document.aggregation.size(), 2U);
  EXPECT_EQ(parsed.document.aggregation[0].name, "b");
  EXPECT_EQ(parsed.document.aggregation[1].name, "a");
}

TEST(Document, NeedsNoRules) {
  const Parsed parsed = parse_document("filter: DestinationPort = 443\npolarity: drop\n");
  EXPECT_EQ(lines(parsed), Lines{});
  EXPECT_TRUE(parsed.document.filter.has_value());
  EXPECT_EQ(parsed.document.polarity, Polarity::drop);
  EXPECT_EQ(document("{}"), Lines{});
}

TEST(Document, WarnsOfPolarityWithoutAFilter) {
  const Parsed parsed = parse_document("polarity: keep\n");
  EXPECT_EQ(lines(parsed), (Lines{"1:11: warning: polarity does nothing without a 'filter'; add "
                                  "one, or remove it"}));
  EXPECT_TRUE(parsed.good());
}

TEST(Document, HasItsDefaults) {
  const Document document = parse_document("{}").document;
  EXPECT_EQ(document.schema, Schema::kuma);
  EXPECT_EQ(document.match, Match::first);
  EXPECT_EQ(document.bounds, aggregate::Bounds{});
  EXPECT_TRUE(document.map.empty());
}

TEST(Document, GivesAnEventToTheFirstRuleOrToAll) {
  EXPECT_EQ(parse_document("match: first").document.match, Match::first);
  EXPECT_EQ(parse_document("match: all").document.match, Match::all);
  EXPECT_EQ(document("match: al"),
            (Lines{"1:8: error: match must be first or all, not 'al'; did you mean 'all'?"}));
}

TEST(Document, BarsWhatPassesEventsOnFromMatchAll) {
  const std::string why =
      " needs 'match: first': under 'match: all' other rules have the event too; change one of the "
      "two";
  constexpr std::string_view rules =
      "aggregation:\n"
      "- {name: a, identical_fields: [Name], single: pass}\n"
      "- {name: b, identical_fields: [SourcePort]}\n"
      "- {name: c, identical_fields: [BytesIn], unique_fields: [Code], unique_mode: dedup}\n";
  EXPECT_EQ(
      document("match: all\n" + std::string(rules)),
      (Lines{"3:47: error: 'single: pass'" + why, "5:78: error: 'unique_mode: dedup'" + why}));
  EXPECT_EQ(document(std::string(rules)), Lines{});
  EXPECT_EQ(document("match: first\n" + std::string(rules)), Lines{});
}

TEST(Document, BoundsTheEngine) {
  const Parsed parsed = parse_document("bounds: {max_groups: 100, max_bytes: 64MiB}");
  EXPECT_EQ(lines(parsed), Lines{});
  EXPECT_EQ(parsed.document.bounds, (aggregate::Bounds{100, 64U << 20}));
  EXPECT_EQ(document("bounds: 5\n"), (Lines{"1:9: error: bounds must be a map, not '5'"}));
  EXPECT_EQ(document("bounds: {max_group: 5, max_bytes: 1M}\n"),
            (Lines{"1:10: error: unknown key 'max_group'; did you mean 'max_groups'?",
                   "1:35: error: max_bytes must be a number of bytes, or a number with KB, MB, GB, "
                   "TB, KiB, MiB, GiB or TiB, not '1M'"}));
}

TEST(Document, SuggestsKeys) {
  EXPECT_EQ(document("agregation: []\n"),
            (Lines{"1:1: error: unknown key 'agregation'; did you mean 'aggregation'?"}));
}

TEST(Document, HasAListOfTests) {
  EXPECT_EQ(document("tests: []\n"), Lines{});
  EXPECT_EQ(document("tests: {}\n"), (Lines{"1:8: error: tests must be a list, not a map"}));
}

TEST(Document, SaysWhenItIsASingleRule) {
  EXPECT_EQ(document("name: r\nidentical_fields: [Name]\n"),
            (Lines{"2:19: error: this is a single rule; in a document rules are items of the list "
                   "'aggregation'"}));
}

TEST(Document, RefusesANameTwiceInATenant) {
  EXPECT_EQ(
      document("aggregation:\n"
               "- {name: a, identical_fields: [Name]}\n"
               "- {name: a, identical_fields: [Name], tenant: t}\n"
               "- {name: a, identical_fields: [Name]}\n"),
      (Lines{"4:10: error: two rules of tenant 'Main' have the name 'a', the first on line 2; "
             "rename one"}));
}

TEST(Document, RefusesAnIdTwice) {
  EXPECT_EQ(document("aggregation:\n"
                     "- {name: a, id: 11111111-2222-4333-8444-555555555555, "
                     "identical_fields: [Name]}\n"
                     "- {name: b, id: 11111111-2222-4333-8444-555555555555, "
                     "identical_fields: [Name]}\n"),
            (Lines{"3:17: error: two rules have the id 11111111-2222-4333-8444-555555555555, the "
                   "first on line 2; give one of them another, or none"}));
}

TEST(Document, SortsDiagnosticsByPlace) {
  EXPECT_EQ(
      document("aggregation: {}\nfilter: []\nmatch: x\n"),
      (Lines{"1:14: error: aggregation must be a list, not a map",
             "2:9: error: a filter is an expression, or a map with 'all', 'any' or 'not', not "
             "a list; put the list under one of them",
             "3:8: error: match must be first or all, not 'x'"}));
}

TEST(Document, WantsMapsAsRules) {
  EXPECT_EQ(document("aggregation: [a]\nenrichment: [[]]\n"),
            (Lines{"1:15: error: an aggregation rule must be a map, not 'a'",
                   "2:14: error: an enrichment rule must be a map, not a list"}));
}

TEST(Rule, MayNotBeAWholeDocument) {
  EXPECT_EQ(rule(example), (Lines{"3:3: error: this is a whole document; give one item of this "
                                  "list, or load the document"}));
}

TEST(Rule, MayNotBeEmpty) {
  EXPECT_EQ(rule(""), (Lines{"1:1: error: the rule is empty; write at least 'name' and "
                             "'identical_fields'"}));
}

TEST(Rule, UsesTheSavedFiltersOfTheLoadedDocument) {
  const Parsed loaded = parse_document("filters: {web: DestinationPort = 443}\n");
  constexpr std::string_view text =
      "name: r\nidentical_fields: [Name]\nfilter: filter('web') and not filter('wep')\n";
  EXPECT_EQ(lines(parse_rule(text, loaded.document.filters)),
            (Lines{"3:31: error: unknown saved filter 'wep'; did you mean 'web'?"}));
}

TEST(Enrichment, ReadsAHostRule) {
  const Parsed parsed = parse_document(
      "enrichment:\n- {type: host, name: n, callback: c, filter: DestinationPort = 2}\n");
  ASSERT_EQ(lines(parsed), Lines{});
  ASSERT_EQ(parsed.document.enrichment.size(), 1U);
  EXPECT_EQ(parsed.document.enrichment[0].name, "n");
  const auto* host = std::get_if<enrich::HostSettings>(&parsed.document.enrichment[0].kind);
  ASSERT_NE(host, nullptr);
  EXPECT_EQ(host->callback, "c");
  EXPECT_TRUE(parsed.document.enrichment[0].filter.has_value());
}

TEST(Enrichment, NeedsItsKeysInADocument) {
  EXPECT_EQ(document("enrichment:\n- {}\n"),
            (Lines{"2:3: error: 'type' is missing; write for example 'type: constant'"}));
  EXPECT_EQ(document("enrichment:\n- {type: host}\n"),
            (Lines{"2:3: error: 'name' is missing; name the rule",
                   "2:3: error: 'callback' is missing; name the host's function that enriches"}));
}

TEST(Enrichment, NeedsNoCallbackWhenItIsCreatedWithOne) {
  const Parsed parsed = parse_rule("type: host\nname: n\n", {});
  EXPECT_EQ(lines(parsed), Lines{});
  ASSERT_EQ(parsed.document.enrichment.size(), 1U);
  EXPECT_TRUE(parsed.document.aggregation.empty());
}

TEST(Enrichment, RefusesTypesOfLaterVersionsWithoutAWordOnTheirKeys) {
  for (const std::string type : {"dns", "geographic", "cybertrace", "cybertrace-http"})
    EXPECT_EQ(rule("type: " + type + "\nserver: x\n"),
              (Lines{"1:7: error: the enrichment type '" + type + "' is not supported yet"}));
}

TEST(Enrichment, SuggestsATypeAndAKey) {
  EXPECT_EQ(rule("type: hosst\n"),
            (Lines{"1:7: error: unknown enrichment type 'hosst'; did you mean 'host'?"}));
  EXPECT_EQ(rule("type: host\nname: n\ncalback: c\n"),
            (Lines{"3:1: error: unknown key 'calback'; did you mean 'callback'?"}));
}

TEST(Enrichment, RefusesANameTwice) {
  EXPECT_EQ(document("enrichment:\n- {type: host, name: n, callback: c}\n"
                     "- {type: host, name: n, callback: d}\n"),
            (Lines{"3:22: error: two enrichment rules have the name 'n', the first on line 2; "
                   "rename one"}));
}

TEST(Diagnostics, AreOneLineEach) {
  EXPECT_EQ(
      document("schema: open\nfilters: {a: \"`x\\ny` inSubnet 'a\\nb'\", b: \"`x\\ty`\"}\n"),
      (Lines{"2:31: error: 'a b' is not a subnet; write an address and a prefix length, such as "
             "'10.0.0.0/8' or '2001:db8::/32'",
             "2:50: error: expected an operator after 'x y', found the end"}));
}

TEST(Diagnostics, AreWrittenAsJson) {
  EXPECT_EQ(diagnostics_json({}), "[]");
  EXPECT_EQ(diagnostics_json(
                {{Severity::error, 3, 1, 4, "say \"x\""}, {Severity::warning, 9, 2, 1, "ё"}}),
            "[{\"severity\":\"error\",\"line\":1,\"column\":4,\"message\":\"say \\\"x\\\"\"},"
            "{\"severity\":\"warning\",\"line\":2,\"column\":1,\"message\":\"ё\"}]");
}

}  // namespace
}  // namespace weir::rule
