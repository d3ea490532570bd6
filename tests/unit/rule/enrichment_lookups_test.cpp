// Rules of the types dictionary and table, as documents state them.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "enrichments.h"

namespace weir::rule {
namespace {

// Five lines, which use all of them.
constexpr std::string_view declared_lookups =
    "dictionaries: {Ports: {id: 6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4d}, Both: {}}\n"
    "tables: {Hosts: {columns: [owner, room]}, Both: {columns: [a]}}\n"
    "active_lists: {Seen: {columns: [count]}, Both: {columns: [a], id: "
    "6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4e}}\n"
    "context_tables: {Sessions: {keys: {user: string, port: integer}, columns: {groups: list of "
    "string, n: integer}}}\n"
    "filter: inDictionary('Both', Name) or inDictionary('Ports', Name) or inActiveList('Both', "
    "Name) or inActiveList('Seen', Name) or table('Hosts', 'owner', Name) = 'a' or table('Both', "
    "'a', Name) = 'a' or inContextTable('Sessions', Name, SourcePort)\n";

TEST(DictionaryRule, GoesByNameAndById) {
  for (const char* name :
       {"Ports", "6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4d", "6A5B3C1D-0E2F-4A6B-8C7D-9E0F1A2B3C4D"}) {
    const Parsed parsed =
        parse_enrichment("  type: dictionary\n  dictionary: " + std::string(name) +
                             "\n  keys: [Name, SourcePort]\n  target: SA.x\n",
                         declared_lookups);
    const auto& settings = std::get<enrich::DictionarySettings>(only_rule(parsed));
    EXPECT_EQ(settings.dictionary, name);
    EXPECT_EQ(settings.keys, (std::vector<FieldId>{field_id("Name"), field_id("SourcePort")}));
    EXPECT_EQ(settings.target, field_id("SA.x"));
  }
}

TEST(DictionaryRule, SaysAllThatIsWrong) {
  EXPECT_EQ(errors("  type: dictionary\n"),
            (Lines{"2:3: error: 'dictionary' is missing; name the dictionary, or write its id",
                   "2:3: error: 'keys' is missing; list the fields whose values are looked up",
                   "2:3: error: 'target' is missing; name the field that has the value"}));
  EXPECT_EQ(errors("  type: dictionary\n  dictionary: Port\n  keys: [SA.x, Nme, TI]\n"
                   "  target: Name\n",
                   declared_lookups),
            (Lines{"9:15: error: unknown dictionary 'Port'; did you mean 'Ports'?",
                   "10:10: error: 'SA.x' is an array, which cannot be part of a key; use a field "
                   "that holds one value",
                   "10:16: error: unknown field 'Nme'; did you mean 'Name'?",
                   "10:21: error: 'TI' holds structured data; name a field that holds values"}));
  EXPECT_EQ(errors("  type: dictionary\n  dictionary: Seen\n  keys: []\n  target: Name\n",
                   declared_lookups),
            (Lines{"9:15: error: unknown dictionary 'Seen', but there is an active list of that "
                   "name; write 'type: table'",
                   "10:9: error: keys is empty; list the fields whose values are looked up"}));
  EXPECT_EQ(errors("  type: dictionary\n  dictionary: Ports\n  keys: [Name]\n  target: Name\n"),
            (Lines{"4:15: error: unknown dictionary 'Ports'; declare it under 'dictionaries'"}));
}

TEST(TableRule, ReadsEveryKindOfTable) {
  const auto settings = [](std::string_view rest) {
    const Parsed parsed = parse_enrichment("  type: table\n" + std::string(rest), declared_lookups);
    return std::get<enrich::TableSettings>(only_rule(parsed));
  };
  const auto hosts =
      settings("  table: Hosts\n  keys: [Name]\n  mapping: {owner: S.x, room: SA.x}\n");
  EXPECT_EQ(hosts.table, "Hosts");
  ASSERT_EQ(hosts.mapping.size(), 2U);
  EXPECT_EQ(hosts.mapping[1].column, "room");
  EXPECT_EQ(hosts.mapping[1].target, field_id("SA.x"));
  settings("  table: Seen\n  keys: [Name]\n  mapping: {count: N.x}\n");
  settings(
      "  table: Sessions\n  keys: [Name, SourcePort]\n  mapping: {groups: SA.x, n: Message}\n");
  settings("  table: 6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4e\n  keys: [Name]\n  mapping: {a: S.x}\n");
}

TEST(TableRule, SaysAllThatIsWrong) {
  EXPECT_EQ(errors("  type: table\n"),
            (Lines{"2:3: error: 'table' is missing; name a table, an active list or a context "
                   "table, or write its id",
                   "2:3: error: 'keys' is missing; list the fields whose values are looked up",
                   "2:3: error: 'mapping' is missing; write 'column: Field' for each"}));
  EXPECT_EQ(errors("  type: table\n  table: Host\n  keys: [Name]\n  mapping: {a: Nme}\n",
                   declared_lookups),
            (Lines{"9:10: error: unknown table 'Host'; did you mean 'Hosts'?",
                   "11:16: error: unknown field 'Nme'; did you mean 'Name'?"}));
  EXPECT_EQ(
      errors("  type: table\n  table: Ports\n  keys: [Name]\n  mapping: {}\n", declared_lookups),
      (Lines{"9:10: error: unknown table 'Ports', but there is a dictionary of that name; "
             "write 'type: dictionary'",
             "11:12: error: mapping must be a map of at least one row; write 'column: Field' "
             "for each"}));
  EXPECT_EQ(
      errors("  type: table\n  table: Both\n  keys: [Name]\n  mapping: {a: S.x}\n",
             declared_lookups),
      (Lines{"9:10: error: there are a table and an active list of the name 'Both'; write the "
             "id of the one that is meant"}));
}

TEST(TableRule, ChecksColumnsAndKeys) {
  EXPECT_EQ(
      errors("  type: table\n  table: Hosts\n  keys: [Name]\n"
             "  mapping: {ownr: S.x, floor: S.y, owner: S.z, room: S.z}\n",
             declared_lookups),
      (Lines{"11:13: error: the table 'Hosts' has no column 'ownr'; did you mean 'owner'?",
             "11:24: error: the table 'Hosts' has no column 'floor'; name one of its columns, or "
             "declare it "
             "under 'columns'",
             "11:54: error: 'S.z' is filled from another column already; remove one of the two"}));
  EXPECT_EQ(
      errors("  type: table\n  table: Sessions\n  keys: [Name]\n  mapping: {groups: S.x}\n",
             declared_lookups),
      (Lines{
          "10:9: error: the context table 'Sessions' has 2 key fields; name an event field for "
          "each, not 1",
          "11:21: error: 'groups' is a list, and 'S.x' holds one value; name an array field such "
          "as SA.x"}));
}

TEST(LookupRules, UseTheirLookups) {
  const std::string id = "6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4d";
  EXPECT_EQ(
      document("dictionaries: {Ports: {id: " + id +
               "}, Idle: {}}\nenrichment:\n- {type: dictionary, name: n, dictionary: 6A5B3C1D" +
               id.substr(8) + ", keys: [Name], target: S.x}\n"),
      (Lines{"1:67: warning: nothing uses the dictionary 'Idle'; name it in a rule, or remove "
             "it"}));
  EXPECT_EQ(document("active_lists: {Seen: {columns: [a]}}\nenrichment:\n- {type: table, name: n, "
                     "table: Seen, keys: [Name], mapping: {a: S.x}}\n"),
            Lines{});
}

}  // namespace
}  // namespace weir::rule
