// Enrichment rules of the types constant, event, dictionary and table, as documents state them.
#include "found.h"

namespace weir::rule {
namespace {

// The one enrichment rule of a document.
const enrich::Kind& only_rule(const Parsed& parsed) {
  EXPECT_EQ(lines(parsed), Lines{});
  EXPECT_EQ(parsed.document.enrichment.size(), 1U);
  return parsed.document.enrichment.at(0).kind;
}

Parsed parse_enrichment(std::string_view lines, std::string_view before = "") {
  return parse_document(std::string(before) + "enrichment:\n- name: n\n" + std::string(lines));
}

// What is wrong with a rule whose first line is the document's third.
Lines errors(std::string_view lines_of_rule, std::string_view before = "") {
  return lines(parse_enrichment(lines_of_rule, before));
}

TEST(ConstantRule, HasTheTypeOfItsField) {
  const auto value = [](std::string_view text, std::string_view target, Schema schema) {
    const Parsed parsed =
        parse_document(std::string(schema == Schema::open ? "schema: open\n" : "") +
                       "enrichment:\n- {name: n, type: constant, value: " + std::string(text) +
                       ", target: " + std::string(target) + "}\n");
    return std::get<enrich::ConstantSettings>(only_rule(parsed)).value;
  };
  EXPECT_EQ(value("5", "BytesIn", Schema::kuma), Constant(std::int64_t{5}));
  EXPECT_EQ(value("'5'", "BytesIn", Schema::kuma), Constant(std::int64_t{5}));
  EXPECT_EQ(value("5", "Name", Schema::kuma), Constant("5"));
  EXPECT_EQ(value("5", "SA.x", Schema::kuma), Constant("5"));
  EXPECT_EQ(value("5", "NA.x", Schema::kuma), Constant(std::int64_t{5}));
  EXPECT_EQ(value("5", "FA.x", Schema::kuma), Constant(5.0));
  EXPECT_EQ(value("\"\"", "BytesIn", Schema::kuma), Constant(""));
  EXPECT_EQ(value("5", "a", Schema::open), Constant(std::int64_t{5}));
  EXPECT_EQ(value("'5'", "a", Schema::open), Constant("5"));
  EXPECT_EQ(value("true", "a", Schema::open), Constant(true));
}

TEST(ConstantRule, SaysAllThatIsWrong) {
  EXPECT_EQ(errors("  type: constant\n"),
            (Lines{"2:3: error: 'target' is missing; name the field that has the value",
                   "2:3: error: 'value' is missing; write the value, or \"\" to clear the field"}));
  EXPECT_EQ(errors("  type: constant\n  value: x\n  target: BytesIn\n"),
            (Lines{"4:10: error: the constant of 'BytesIn' must be a whole number, not 'x'"}));
  EXPECT_EQ(errors("  type: constant\n  value: x\n  target: FA.x\n"),
            (Lines{"4:10: error: the constant of 'FA.x' must be a number, not 'x'"}));
  EXPECT_EQ(errors("  type: constant\n  value:\n  target: Name\n"),
            (Lines{"4:3: error: value must be a text or a number, not nothing; write \"\" to clear "
                   "the field"}));
  EXPECT_EQ(errors("  type: constant\n  value: [a]\n  target: Name\n"),
            (Lines{"4:10: error: the constant of 'Name' must be one value, not a list"}));
  EXPECT_EQ(errors("  type: constant\n  value: a\n  target: Nme\n  targt: b\n"),
            (Lines{"5:11: error: unknown field 'Nme'; did you mean 'Name'?",
                   "6:3: error: unknown key 'targt'; did you mean 'target'?"}));
}

TEST(ConstantRule, FillsNoStructures) {
  EXPECT_EQ(errors("  type: constant\n  value: a\n  target: TI\n"),
            (Lines{"5:11: error: 'TI' holds structured data; name a field that holds values"}));
  EXPECT_EQ(errors("  type: constant\n  value: a\n  target: Extra\n"),
            (Lines{"5:11: error: 'Extra' is a map; name one of its keys: Extra.<key>"}));
}

TEST(ConstantRule, KeepsToTheLimits) {
  const auto with = [](std::size_t size, std::string_view target) {
    std::string value;
    for (std::size_t i = 0; i < size; ++i) value += "ж";
    return errors("  type: constant\n  value: " + value + "\n  target: " + std::string(target) +
                  "\n");
  };
  EXPECT_EQ(with(255, "Message"), Lines{});
  EXPECT_EQ(with(256, "Message"),
            (Lines{"4:10: error: value has 256 characters; at most 255 fit"}));
  EXPECT_EQ(with(31, "ApplicationProtocol"), Lines{});
  EXPECT_EQ(with(32, "ApplicationProtocol"),
            (Lines{"4:10: error: value has 32 characters, of which 'ApplicationProtocol' holds 31; "
                   "make it shorter, or name another field"}));
}

TEST(EventRule, ReadsEveryConversion) {
  const Parsed parsed = parse_enrichment(R"(  type: event
  source: Name
  target: Message
  conversions:
  - lower
  - upper
  - trim
  - trim: " ."
  - replace: {find: a}
  - replace: {find: a, with: b}
  - regexp: '^(\w+)'
  - replace_with_regexp: {expression: '(a)', with: '$1'}
  - append: x
  - prepend: x
  - substring: {start: 1, end: 5}
  - substring: {end: 5}
  - decode_hex
  - decode_base64
  - decode_base64_url
  - decode_url
)");
  const auto& settings = std::get<enrich::EventSettings>(only_rule(parsed));
  EXPECT_EQ(settings.source, field_id("Name"));
  EXPECT_EQ(settings.target, field_id("Message"));
  EXPECT_EQ(settings.conversions.size(), 16U);
  EXPECT_EQ(parsed.document.enrichment[0].targets, (std::vector<FieldId>{field_id("Message")}));
}

TEST(EventRule, ConvertsAsItSays) {
  const auto converted = [](std::string_view conversion, std::string_view text) {
    const Parsed parsed = parse_enrichment(
        "  type: event\n  source: Name\n  target: Message\n"
        "  conversions: [" +
        std::string(conversion) + "]\n");
    const auto& settings = std::get<enrich::EventSettings>(only_rule(parsed));
    std::string out;
    for (const enrich::Conversion& one : settings.conversions) one.apply(text, out);
    return out;
  };
  EXPECT_EQ(converted("{trim: 'ж'}", "жаж"), "а");
  EXPECT_EQ(converted("{replace: {find: a, with: b}}", "aca"), "bcb");
  EXPECT_EQ(converted("{replace_with_regexp: {expression: '(.)c', with: '[$1]'}}", "aca"), "[a]a");
  EXPECT_EQ(converted("{append: x}", "a"), "ax");
  EXPECT_EQ(converted("{prepend: x}", "a"), "xa");
  EXPECT_EQ(converted("{substring: {start: 1, end: 3}}", "абвг"), "бв");
  EXPECT_EQ(converted("{substring: {start: 2}}", "абвг"), "вг");
  EXPECT_EQ(converted("{regexp: (.)г}", "абвг"), "в");
  EXPECT_EQ(converted("decode_url", "%41"), "A");
}

TEST(EventRule, SaysAllThatIsWrongWithConversions) {
  EXPECT_EQ(
      errors(R"(  type: event
  source: Name
  target: Message
  conversions:
  - lowr
  - append
  - lower: true
  - {append: x, trim: y}
  - append: 5
  - append: ""
  - replace: a
  - replace: {with: a}
  - replace_with_regexp: {find: a, with: b}
  - substring: {}
  - substring: {start: -1}
  - substring: {start: 5, end: 5}
  - [a]
  - replace:
  - regexp
  - nothing at all
)"),
      (Lines{
          "7:5: error: unknown conversion 'lowr'; did you mean 'lower'?",
          "8:5: error: append needs a setting; write for example 'append: x'",
          "9:12: error: lower has no settings; write the word alone: lower",
          "10:5: error: a conversion must be a word such as lower, or a map of one key such as "
          "'append: x', not a map of 2 keys",
          "11:13: error: append must be text, not '5'; put it in quotes",
          "12:13: error: append must have 1 to 1024 characters, not 0",
          "13:14: error: replace must be a map with 'find' and 'with', not 'a'; write for example "
          "'replace: {find: a, with: b}'",
          "14:14: error: 'find' is missing; name the text to replace",
          "15:26: error: 'expression' is missing; write the expression of what to replace",
          "15:27: error: unknown key 'find'; known here are expression, with",
          "16:16: error: substring must be a map with 'start', 'end' or both, not an empty one; "
          "write for example 'substring: {start: 0, end: 5}'",
          "17:24: error: start must be a whole number from 0 to 4194304, not '-1'",
          "18:5: error: start must come before end; they count characters from 0",
          "19:5: error: a conversion must be a word such as lower, or a map of one key such as "
          "'append: x', not a list",
          "20:5: error: replace must be a map with 'find' and 'with', not nothing; write for "
          "example 'replace: {find: a, with: b}'",
          "21:5: error: regexp needs a setting; write for example 'regexp: ^(\\w+)'",
          "22:5: error: unknown conversion 'nothing at all'; known are lower, upper, trim, "
          "replace, "
          "regexp, replace_with_regexp, append, prepend, substring, decode_hex, decode_base64, "
          "decode_base64_url, decode_url",
      }));
}

TEST(EventRule, ShowsWhereAnExpressionGoesWrong) {
  EXPECT_EQ(errors("  type: event\n  source: Name\n  target: Message\n  conversions:\n"
                   "  - regexp: '^(жж)[a'\n"
                   "  - regexp: \"\\\\d\\u0416[a\"\n"
                   "  - replace_with_regexp: {expression: 'a**', with: ''}\n"
                   "  - replace_with_regexp: {expression: '(a)', with: '$2'}\n"),
            (Lines{"7:19: error: the expression does not compile: missing ]: [a",
                   "8:23: error: the expression does not compile: missing ]: [a",
                   "9:41: error: the expression does not compile: bad repetition operator: **",
                   "10:52: error: the expression has no group '2'; it has 1, and a group that "
                   "letters or digits follow is written ${1}"}));
}

TEST(EventRule, DoesSomething) {
  EXPECT_EQ(errors("  type: event\n"),
            (Lines{"2:3: error: 'source' is missing; name the field to copy",
                   "2:3: error: 'target' is missing; name the field that it is copied to"}));
  EXPECT_EQ(errors("  type: event\n  source: Name\n  target: Name\n"),
            (Lines{"5:11: error: 'Name' is the source too, so nothing would change; name another "
                   "field, or add conversions"}));
  EXPECT_EQ(errors("  type: event\n  source: Name\n  target: Name\n  conversions: [lower]\n"),
            Lines{});
  EXPECT_EQ(errors("  type: event\n  source: TI\n  target: Name\n"),
            (Lines{"4:11: error: 'TI' holds structured data; name a field that holds values"}));
  EXPECT_EQ(errors("  type: event\n  source: Name\n  target: S.x\n  conversions: lower\n"),
            (Lines{"6:16: error: conversions must be a list, not 'lower'"}));
}

TEST(EventRule, HasAtMost64Conversions) {
  std::string list = "lower";
  for (int i = 1; i < 64; ++i) list += ", lower";
  const auto with = [](const std::string& items) {
    return errors("  type: event\n  source: Name\n  target: S.x\n  conversions: [" + items + "]\n");
  };
  EXPECT_EQ(with(list), Lines{});
  EXPECT_EQ(with(list + ", lower"),
            (Lines{"6:16: error: conversions has 65 items; at most 64 fit"}));
}

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
