// What a document proves to be a mistake: where it is told, and where it must not be.
#include "rule/warnings.h"

#include <memory>

#include "found.h"
#include "rule/reader.h"

namespace weir::rule {
namespace {

// A document of rules, each one line: `name: a, identical_fields: [Name]`.
std::string rules(const std::vector<std::string>& all, std::string_view rest = {}) {
  std::string text = "aggregation:\n";
  for (const std::string& rule : all) text += "- {" + rule + "}\n";
  return text + std::string(rest);
}

Lines warnings(const std::vector<std::string>& all, std::string_view rest = {}) {
  return document(rules(all, rest));
}

constexpr std::string_view geo =
    "enrichment:\n- {type: host, name: geo, callback: geo, fields: [SourceCountry, S.Place]}\n";

TEST(EnrichedField, IsToldInAnAggregationFilterOnceARule) {
  EXPECT_EQ(
      warnings({"name: a, identical_fields: [Name], filter: BytesIn > 1 and S.Place = 'x' and "
                "not S.Place = 'y'"},
               geo),
      (Lines{"2:63: warning: the filter asks for 'S.Place', which the enrichment rule 'geo' "
             "fills only after aggregation; ask for a field that the source fills"}));
}

TEST(EnrichedField, IsToldThroughASavedFilter) {
  const Lines found = warnings({"name: a, identical_fields: [Name], filter: filter('far')"},
                               std::string(geo) + "filters: {far: SourceCountry = 'X'}\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("asks for 'SourceCountry'"), std::string::npos);
}

TEST(EnrichedField, MayBeOneThatASourceFillsToo) {
  const std::string rule = "name: a, identical_fields: [Name], filter: S.Place = 'x'";
  EXPECT_EQ(warnings({rule}, std::string(geo) + "map: {place: S.Place}\n"), Lines{});
  EXPECT_EQ(warnings({rule}), Lines{});
  EXPECT_EQ(warnings({"name: a, identical_fields: [Name], filter: BytesIn > 1"}, geo), Lines{});
}

TEST(EnrichedField, MustBeAField) {
  EXPECT_EQ(document("enrichment:\n- {type: host, name: a, callback: a, fields: [Nme]}\n"),
            (Lines{"2:47: error: unknown field 'Nme'; did you mean 'Name'?"}));
}

TEST(VolatileField, IsToldAmongIdenticalFields) {
  EXPECT_EQ(
      warnings({"name: a, identical_fields: [Name, Raw]",
                "name: b, identical_fields: [ExternalID], sum_fields: [BytesIn]"}),
      (Lines{"2:38: warning: 'Raw' differs in nearly every event, so hardly any two of them "
             "become one; take it out of identical_fields",
             "3:32: warning: 'ExternalID' differs in nearly every event, so hardly any two of "
             "them become one; take it out of identical_fields, or put it into unique_fields"}));
}

TEST(VolatileField, MayBeAnIdByWhichTextsAreJoined) {
  EXPECT_EQ(
      warnings({"name: a, identical_fields: [ExternalID], sum_fields: [Message], sum_strings: "
                "join"}),
      Lines{});
  EXPECT_EQ(warnings({"name: a, identical_fields: [Name], unique_fields: [Message]"}), Lines{});
  EXPECT_EQ(document("schema: open\n" + rules({"name: a, identical_fields: [Message]"})), Lines{});
}

TEST(TextSum, IsToldWhereNothingSaysWhatItMeans) {
  EXPECT_EQ(warnings({"name: a, identical_fields: [Name], sum_fields: [BytesIn, "
                      "DeviceCustomString1, N.x, S.x]"}),
            (Lines{"2:61: warning: 'DeviceCustomString1' holds text, and the sum skips what is no "
                   "number; say 'sum_strings: numeric' if that is meant, or 'sum_strings: join'",
                   "2:87: warning: 'S.x' holds text, and the sum skips what is no number; say "
                   "'sum_strings: numeric' if that is meant, or 'sum_strings: join'"}));
}

TEST(TextSum, MayBeMeant) {
  for (const std::string how : {"numeric", "join"})
    EXPECT_EQ(
        warnings({"name: a, identical_fields: [Name], sum_fields: [S.x], sum_strings: " + how}),
        Lines{});
  EXPECT_EQ(document("schema: open\n" + rules({"name: a, identical_fields: [a], sum_fields: [b]"})),
            Lines{});
}

TEST(Threshold, OfOneMergesNothing) {
  EXPECT_EQ(
      warnings({"name: a, identical_fields: [Name], threshold: 1"}),
      (Lines{"2:50: warning: a threshold of 1 closes every bucket with its first event, so that "
             "nothing is merged; make it 2 or more"}));
  EXPECT_EQ(warnings({"name: a, identical_fields: [Name], threshold: 2"}), Lines{});
}

constexpr std::string_view no_filter =
    "3:10: warning: rule 'b' never gets an event: 'a', on line 2, comes first and has no filter; "
    "put "
    "the more special rule first, or give them different filters";

TEST(Shadow, IsToldOfARuleBehindOneWithoutAFilter) {
  EXPECT_EQ(warnings({"name: a, identical_fields: [Name, SourceAddress]",
                      "name: b, identical_fields: [Name], filter: BytesIn > 1"}),
            Lines{std::string(no_filter)});
}

TEST(Shadow, IsToldOfARuleBehindOneWithTheSameFilter) {
  const Lines found =
      warnings({"name: a, identical_fields: [Name], filter: BytesIn > 1 and Name = 'x'",
                "name: b, identical_fields: [Name], filter: filter('big') and Name='x'"},
               "filters: {big: BytesIn > 1}\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("comes first and has the same filter"), std::string::npos);
}

TEST(Shadow, DependsOnWhatAnEventMustHave) {
  struct Pair {
    std::string first, second;
    bool shadowed;
  };
  const std::vector<Pair> pairs{
      {"[Name]", "[Name, SourceAddress]", false},  // an event with an address alone is the second's
      {"[Name, SourceAddress]", "[Name]", true},
      {"[Name], missing: pass", "[Name]", true},
      {"[Name, SourceAddress], missing: pass", "[Name]", false},
      {"[Name], missing: pass", "[Name, SourceAddress], missing: pass", true},
      {"[Name, SourceAddress], missing: pass", "[Name], missing: pass", false},
      {"[Name]", "[Name, SourceAddress], missing: pass", true},
      {"[BytesIn]", "[Name, SourceAddress], missing: pass", false},
  };
  for (const Pair& pair : pairs)
    EXPECT_EQ(warnings({"name: a, identical_fields: " + pair.first,
                        "name: b, identical_fields: " + pair.second}),
              pair.shadowed ? Lines{std::string(no_filter)} : Lines{})
        << pair.first << " before " << pair.second;
}

TEST(Shadow, IsNotCastByARuleThatRefusesEvents) {
  const std::string second = "name: b, identical_fields: [Name]";
  EXPECT_EQ(warnings({"name: a, identical_fields: [Name], callback: f", second}), Lines{});
  EXPECT_EQ(
      warnings({"name: a, identical_fields: [Name], unique_fields: [SourcePort], unique_mode: "
                "dedup",
                second}),
      Lines{});
  EXPECT_EQ(warnings({"name: a, identical_fields: [Name], filter: BytesIn > 1", second}), Lines{});
  EXPECT_EQ(warnings({"name: a, identical_fields: [Name]", second}, "match: all\n"), Lines{});
}

TEST(Unused, SavedFilterIsTold) {
  EXPECT_EQ(
      document("filters: {a: BytesIn > 1, b: filter('a')}\nfilter: Name = 'x'\n"),
      (Lines{"1:11: warning: nothing uses the saved filter 'a'; name it in a rule's filter, or "
             "remove it",
             "1:27: warning: nothing uses the saved filter 'b'; name it in a rule's filter, or "
             "remove it"}));
  EXPECT_EQ(document("filters: [{name: a, filter: BytesIn > 1}]\nfilter: Name = 'x'\n").size(), 1U);
}

TEST(Unused, SavedFilterMayBeNamedAnywhere) {
  const std::string filters = "filters: {a: BytesIn > 1, b: filter('a')}\n";
  EXPECT_EQ(document(filters + "filter: {any: [filter('b'), Name = 'x']}\n"), Lines{});
  EXPECT_EQ(warnings({"name: r, identical_fields: [Name], filter: filter('b')"}, filters), Lines{});
  EXPECT_EQ(document(filters + "enrichment:\n- {type: host, name: e, callback: e, filter: not "
                               "filter('b')}\n"),
            Lines{});
}

TEST(Unused, FiltersAloneAreACollection) {
  EXPECT_EQ(document("filters: {a: BytesIn > 1}\n"), Lines{});
}

// Lookups as a document would declare them, and a filter that names one of them.
Lines unused_tables(const std::string& named) {
  constexpr std::string_view text =
      "dictionaries: {Ports: {}, Hosts: {}}\nactive_lists: {Ports: {}}\nfilter: Name = 'x'\n";
  const Source source(text);
  Findings findings(source);
  const auto root = read_tree(source, findings);
  Document document;
  const auto add = [&](lookup::Kind kind, std::string name, std::string id) {
    const lookup::Shape shape{kind, {{"key", FieldType::text}}, {{"value", FieldType::text}}, {}};
    document.tables.push_back(
        {{std::move(name), std::move(id), std::make_shared<lookup::Table>(shape)}, false});
  };
  add(lookup::Kind::dictionary, "Ports", "p-1");
  add(lookup::Kind::dictionary, "Hosts", "h-1");
  add(lookup::Kind::active_list, "Ports", "");
  filter::Node node;
  node.type = filter::Node::Type::condition;
  node.op = filter::Operator::in_dictionary;
  node.left = filter::Lookup{lookup::Kind::dictionary, named, {}, {}, {}};
  node.right = filter::Nothing{};
  document.filter = node;
  warn_of_unused(*root, document, findings);
  Parsed parsed;
  parsed.diagnostics = findings.finish();
  return lines(parsed);
}

TEST(Unused, LookupIsToldByKindAndName) {
  EXPECT_EQ(
      unused_tables("Hosts"),
      (Lines{"1:16: warning: nothing uses the dictionary 'Ports'; name it in a rule, or remove "
             "it",
             "2:16: warning: nothing uses the active list 'Ports'; name it in a rule, or "
             "remove it"}));
}

TEST(Unused, LookupMayBeNamedByItsId) { EXPECT_EQ(unused_tables("h-1"), unused_tables("Hosts")); }

TEST(Warnings, AreNotGuessedInADocumentWithErrors) {
  EXPECT_EQ(warnings({"name: a, identical_fields: [Name], filter: Nme = 1",
                      "name: b, identical_fields: [Name], threshold: 1"}),
            (Lines{"2:47: error: unknown field 'Nme'; did you mean 'Name'?"}));
}

}  // namespace
}  // namespace weir::rule
