// The lookups that a document declares: entries, files, columns, ids, and what is wrong with them.

#include "../lookup/rows.h"
#include "folder.h"
#include "found.h"

namespace weir::rule {
namespace {

using lookup::entry;

// The only lookup of a good document.
DeclaredTable only(std::string_view text, std::string_view directory = {}) {
  Parsed parsed = parse_document(text, directory);
  EXPECT_EQ(lines(parsed), Lines{}) << text;
  EXPECT_EQ(parsed.document.tables.size(), 1U);
  return parsed.document.tables.empty() ? DeclaredTable{} : parsed.document.tables[0];
}

TEST(Lookups, AreReadInline) {
  const DeclaredTable table = only(
      "dictionaries:\n"
      "  Ports:\n"
      "    id: 6A5B3C1D-0e2f-4a6b-8c7d-9e0f1a2b3c4d\n"
      "    entries: {443: https, '80': http, 22: ssh, 1: null}\n");
  EXPECT_EQ(table.table.name, "Ports");
  EXPECT_EQ(table.table.id, "6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4d");
  EXPECT_TRUE(table.filled);
  EXPECT_EQ(table.table.rows->shape(), lookup::fixed_shape(lookup::Kind::dictionary));
  EXPECT_EQ(entry(*table.table.rows, "443"), "https");
  EXPECT_EQ(entry(*table.table.rows, "80"), "http");
  EXPECT_EQ(entry(*table.table.rows, "1"), "-");
  EXPECT_EQ(entry(*table.table.rows, "2"), "none");
}

TEST(Lookups, MayBeJson) {
  const auto table = only(R"({"tables": {"T": {"entries": {"a": {"x": "1"}, "b": {"y": 2}}}}})");
  EXPECT_EQ(table.table.rows->shape().columns, (std::vector<lookup::Column>{{"x"}, {"y"}}));
  EXPECT_EQ(entry(*table.table.rows, "a"), "1 -");
  EXPECT_EQ(entry(*table.table.rows, "b"), "- 2");
}

TEST(Lookups, AreLeftToTheHostWithoutRows) {
  const DeclaredTable table = only("active_lists: {A: {ttl: 90, keys: [a, b], columns: [n]}}\n");
  EXPECT_FALSE(table.filled);
  EXPECT_EQ(table.table.rows->shape(),
            (lookup::Shape{lookup::Kind::active_list, {{"a"}, {"b"}}, {{"n"}}, {90'000'000'000}}));
  EXPECT_FALSE(only("assets: {}\n").filled);
  EXPECT_EQ(only("assets: {}\n").table.name, "");
}

TEST(Lookups, LiveForATime) {
  const auto ttl = [](const std::string& text) {
    return only("active_lists: {A: {ttl: " + text + "}}").table.rows->shape().ttl.nanos;
  };
  EXPECT_EQ(ttl("1h"), 3'600'000'000'000);
  EXPECT_EQ(ttl("0"), 0);
  const auto list = only("active_lists: {A: {ttl: 10s, entries: {a: {n: 1}}}}\n").table.rows;
  EXPECT_EQ(entry(*list, "a", {{99}, {90}, true}), "1");
  EXPECT_EQ(entry(*list, "a", {{10'000'000'090}, {90}, true}), "none");
}

TEST(Lookups, HaveTypesInContextTables) {
  const auto table = only(
      "context_tables:\n"
      "  C:\n"
      "    keys: {port: integer, user: string}\n"
      "    columns: {n: float, up: boolean, seen: timestamp, ip: ip, groups: list of string}\n"
      "    entries:\n"
      "      - {port: 443, user: ann, n: 1.5, up: true, seen: 2024-05-01T12:00:00Z, ip: ::1,\n"
      "         groups: [a, b]}\n"
      "      - {port: 0080, user: bob, groups: one}\n");
  EXPECT_EQ(entry(*table.table.rows, "443|ann"), "1.500000 true 1714564800000 ::1 [a,b]");
  EXPECT_EQ(entry(*table.table.rows, "80|bob"), "- - - - [one]");
}

TEST(Lookups, HaveAssetsAndADirectory) {
  const auto assets = only(
      "assets:\n"
      "  entries:\n"
      "    - {address: 10.0.0.1, name: web, id: 7, categories: [Servers/Web],\n"
      "       vulnerabilities: [{cve: CVE-2021-44228, severity: 9}, 'CVE-1:2', {cve: CVE-3}]}\n"
      "    - {name: db}\n");
  for (const char* key : {"10.0.0.1", "web", "7"})
    EXPECT_EQ(entry(*assets.table.rows, key), "[Servers/Web] [CVE-2021-44228,CVE-1,CVE-3] [9,2,0]");
  EXPECT_EQ(entry(*assets.table.rows, "db"), "- - -");
  const auto directory =
      only("directory: {entries: {ann: [Admins, Users], bob: Users, eve: []}}\n");
  EXPECT_EQ(entry(*directory.table.rows, "ann"), "[Admins,Users]");
  EXPECT_EQ(entry(*directory.table.rows, "bob"), "[Users]");
  EXPECT_EQ(entry(*directory.table.rows, "eve"), "-");
}

TEST(Lookups, ReadFilesBesideTheDocument) {
  const Folder folder;
  folder.write("ports.csv", "key,value\n443,https\n");
  folder.write("hosts.tsv", "host\towner\na\tx\n");
  folder.write("rows.txt", "{\"user\":\"ann\",\"n\":5}\n");
  EXPECT_EQ(entry(*only("dictionaries: {P: {file: ports.csv}}", folder.path()).table.rows, "443"),
            "https");
  EXPECT_EQ(entry(*only("tables: {P: {file: ./hosts.tsv}}", folder.path()).table.rows, "a"), "x");
  const auto context = only(
      "context_tables: {C: {file: rows.txt, format: jsonl, keys: {user: string}, "
      "columns: {n: integer}}}",
      folder.path());
  EXPECT_TRUE(context.filled);
  EXPECT_EQ(entry(*context.table.rows, "ann"), "5");
  const std::string absolute = "dictionaries: {P: {file: " + folder.path() + "/ports.csv}}";
  EXPECT_EQ(entry(*only(absolute, "/nowhere").table.rows, "443"), "https");
}

TEST(Lookups, WarnOfAFileWithoutRows) {
  const Folder folder;
  folder.write("empty.csv", "");
  EXPECT_EQ(lines(parse_document("dictionaries:\n  D: {file: empty.csv}\n", folder.path())),
            (Lines{"2:13: warning: '" + folder.path() +
                   "/empty.csv' has no rows, so nothing is found in it"}));
}

TEST(Lookups, PointAtTheFileAndIntoIt) {
  const Folder folder;
  folder.write("bad.csv", "a,1\nb,\"2\n");
  const std::string& at = folder.path();
  const auto wrong = [&](const std::string& lookup) {
    return lines(parse_document("dictionaries:\n  D: " + lookup + "\n", at));
  };
  EXPECT_EQ(wrong("{file: bad.csv}"),
            (Lines{"2:13: error: '" + at +
                   "/bad.csv', line 2, column 3: the quotes that open here are not closed; close "
                   "them"}));
  EXPECT_EQ(wrong("{file: none.csv}"),
            (Lines{"2:13: error: '" + at +
                   "/none.csv' cannot be read: No such file or directory; correct the path, or "
                   "the file"}));
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(document("dictionaries:\n  D: {file: ./none.csv}\n"),
            (Lines{"2:13: error: './none.csv' in '" + here +
                   "' cannot be read: No such file or directory; correct the path, or the file"}));
  EXPECT_EQ(wrong("{file: ., format: csv}"),
            (Lines{"2:13: error: '" + at +
                   "/.' cannot be read: it is no regular file; correct the path, or the file"}));
  EXPECT_EQ(wrong("{file: x.dat}"),
            (Lines{"2:13: error: the name 'x.dat' does not tell the format; add 'format: csv', tsv "
                   "or jsonl"}));
  EXPECT_EQ(wrong("{file: bad.csv, format: xml}"),
            (Lines{"2:30: error: format must be csv, tsv or jsonl, not 'xml'"}));
}

TEST(Lookups, ThatCannotBeReadAreNoMistakeOfFilters) {
  const Folder folder;
  folder.write("bad.csv", "host,owner\na,\"2\n");
  const auto count = [&](const std::string& lookups) {
    return lines(parse_document(lookups + "filters: {a: \"table('T', 'owner', Name) = 'x'\"}\n"
                                          "filter: filter('a') and contextTable('C', 'n', "
                                          "Name, BytesIn) = Name\n",
                                folder.path()))
        .size();
  };
  const std::string context = "context_tables: {C: {keys: {a: string, b: string}, ";
  EXPECT_EQ(count("tables: {T: {columns: [owner]}}\n" + context + "columns: {n: float}}}\n"), 0U);
  EXPECT_EQ(count("tables: {T: {file: bad.csv}}\n" + context + "columns: {n: float}}}\n"), 1U);
  EXPECT_EQ(count("tables: {T: {file: none.csv}}\n" + context + "columns: {n: flaot}}}\n"), 2U);
  EXPECT_EQ(count("tables: {T: {columns: [owner]}}\ncontext_tables: {C: {keys: 5}}\n"), 1U);
}

TEST(Lookups, ThatCannotBeReadDoNotExcuseTheRestOfAFilter) {
  const Lines found = document(
      "tables: {T: {file: none.csv}}\n"
      "filter: table('T', 'x', Name) = 'y' and inDictionary('D', Name)\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].substr(0, 35), "2:54: error: unknown dictionary 'D'");
}

TEST(Lookups, MayNotHaveTheIdOfAnotherForAName) {
  const std::string id = "6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4d";
  const std::string upper = "6A5B3C1D-0E2F-4A6B-8C7D-9E0F1A2B3C4D";
  EXPECT_EQ(document("dictionaries:\n  A: {id: " + id + "}\n  " + upper + ": {}\n"),
            (Lines{"3:3: error: the dictionary '" + upper +
                   "' has the id of another for its name, given on line 2; rename it"}));
  EXPECT_EQ(document("dictionaries: {" + id + ": {id: " + id + "}}\n"), Lines{});
  EXPECT_EQ(document("dictionaries: {" + id + ": {}}\ntables: {A: {id: " + id + "}}\n"), Lines{});
}

TEST(Lookups, CannotReadAPipe) {
  const Folder folder;
  ASSERT_EQ(system(("mkfifo '" + folder.path() + "/pipe.csv'").c_str()), 0);
  EXPECT_EQ(lines(parse_document("dictionaries: {D: {file: pipe.csv}}", folder.path())),
            (Lines{"1:26: error: '" + folder.path() +
                   "/pipe.csv' cannot be read: it is no regular file; correct the path, or the "
                   "file"}));
}

TEST(Lookups, SayWhatIsWrongWithThem) {
  EXPECT_EQ(document("dictionaries: []\n"),
            (Lines{"1:15: error: dictionaries must be a map of names, each to a dictionary, not a "
                   "list"}));
  EXPECT_EQ(document("tables: {T: }\n"),
            (Lines{"1:10: error: a table must be a map, not nothing; write {} for rows that the "
                   "host gives"}));
  EXPECT_EQ(document("dictionaries: {D: {entrys: {}}}\n"),
            (Lines{"1:20: error: unknown key 'entrys'; did you mean 'entries'?"}));
  EXPECT_EQ(document("dictionaries: {D: {ttl: 5}}\n"),
            (Lines{"1:20: error: unknown key 'ttl'; known here are id, entries, file, format"}));
  EXPECT_EQ(document("dictionaries: {D: {entries: {}, file: a.csv}}\n"),
            (Lines{"1:39: error: entries and file are both given; remove one of them"}));
  EXPECT_EQ(document("dictionaries: {D: {format: csv}}\n"),
            (Lines{"1:28: error: format says how a 'file' is written, and there is none; remove "
                   "it"}));
  EXPECT_EQ(
      document("active_lists: {A: {ttl: -1}}\n"),
      (Lines{"1:25: error: ttl must be 0 (for ever) or more, and at most 365 days, not '-1'"}));
  EXPECT_EQ(document("dictionaries: {'': {}}\n"),
            (Lines{"1:16: error: the name of a dictionary must have 1 to 128 characters, not 0"}));
}

TEST(Lookups, HaveNamesAndIdsOfTheirOwn) {
  EXPECT_EQ(document("tables:\n  T: {}\n  T: {}\n"),
            (Lines{"3:3: error: duplicate key 'T': the first is on line 2; remove one"}));
  const std::string id = "id: 6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4d";
  EXPECT_EQ(
      document("tables:\n  A: {" + id + "}\n  B: {" + id + "}\ndictionaries:\n  A: {" + id + "}\n"),
      (Lines{"3:11: error: two lookups of 'tables' have the id "
             "6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4d, the first on line 2; give one of them "
             "another, or none"}));
  EXPECT_EQ(document("tables: {A: {id: x}}\n"),
            (Lines{"1:18: error: id must be a UUID such as 6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4d, "
                   "not 'x'"}));
}

TEST(Lookups, SayWhatIsWrongWithTheirColumns) {
  EXPECT_EQ(document("tables: {T: {columns: [a, b, a]}}\n"),
            (Lines{"1:30: error: columns has the column 'a' twice; remove one"}));
  EXPECT_EQ(document("tables: {T: {columns: []}}\n"),
            (Lines{"1:23: error: columns is empty; name a column, or leave 'columns' out"}));
  EXPECT_EQ(document("active_lists: {T: {keys: [a], columns: [a]}}\n"),
            (Lines{"1:40: error: the column 'a' is a key already; remove it from 'columns'"}));
  EXPECT_EQ(document("context_tables: {C: {columns: {a: strin}}}\n"),
            (Lines{"1:21: error: 'keys' is missing; name the fields that make the key, as in "
                   "{user: string}",
                   "1:35: error: the type of 'a' must be string, integer, float, boolean, "
                   "timestamp, ip, or 'list of' one of them, not 'strin'; did you mean "
                   "'string'?"}));
  EXPECT_EQ(document("context_tables: {C: {keys: {a: list of string}}}\n"),
            (Lines{"1:32: error: the type of 'a' must be string, integer, float, boolean, "
                   "timestamp, ip, not 'list of string'"}));
}

TEST(Lookups, SayWhatIsWrongWithTheirEntries) {
  EXPECT_EQ(document("dictionaries: {D: {entries: [a]}}\n"),
            (Lines{"1:29: error: entries must be a map of keys to texts, not a list"}));
  EXPECT_EQ(document("dictionaries: {D: {entries: {a: [b]}}}\n"),
            (Lines{"1:33: error: the value must be text, not a list"}));
  EXPECT_EQ(document("dictionaries: {D: {entries: {'': x}}}\n"),
            (Lines{"1:30: error: the key is empty; it has 1 to 128 characters"}));
  EXPECT_EQ(document("tables: {T: {columns: [owner], entries: {a: {ownr: x}, b: 5}}}\n"),
            (Lines{"1:46: error: unknown column 'ownr'; did you mean 'owner'?",
                   "1:59: error: an entry must be a map, not '5'"}));
  EXPECT_EQ(document("active_lists: {A: {keys: [a, b], entries: {x: {n: 1}, y|z: {n: 2}}}}\n"),
            (Lines{"1:44: error: the key 'x' has 1 of 2 parts; join them with '|'"}));
  EXPECT_EQ(
      document("context_tables:\n  C:\n    keys: {a: integer}\n    entries:\n"
               "      - {a: 5, n: 1}\n      - {a: 05, n: 2}\n      - {a: x}\n      - {n: 3}\n"),
      (Lines{"6:9: error: two entries have the key '5', the first on line 5; remove one",
             "7:13: error: 'x' is no integer of 64 bits; write digits alone",
             "8:9: error: the key is empty; it has 1 to 1024 characters"}));
  EXPECT_EQ(document("directory: {entries: {a: [[b]]}}\n"),
            (Lines{"1:27: error: an item of a list must be text, not a list"}));
}

TEST(Lookups, SayWhatIsWrongWithAssets) {
  EXPECT_EQ(document("assets: {entries: [{categories: [x]}, {nam: x}, 5]}\n"),
            (Lines{"1:20: error: the asset has no address, no name and no id; give it one of them",
                   "1:40: error: unknown column 'nam'; did you mean 'name'?",
                   "1:49: error: an asset must be a map, not '5'"}));
  EXPECT_EQ(document("assets: {entries: [{name: a, vulnerabilities: [{cv: x}]}]}\n"),
            (Lines{"1:48: error: 'cve' is missing; write its name, such as CVE-2021-44228",
                   "1:49: error: unknown key 'cv'; did you mean 'cve'?"}));
  EXPECT_EQ(document("assets:\n  entries:\n    - {name: a, id: a}\n    - {id: a}\n"),
            (Lines{"4:7: error: two entries have the key 'a', the first on line 3; remove one"}));
  EXPECT_EQ(document("assets: {name: x}\n"),
            (Lines{"1:10: error: unknown key 'name'; known here are entries, file, format"}));
}

}  // namespace
}  // namespace weir::rule
