// Rows of every kind from text: which column is what, types, limits, and what is wrong.

#include <random>

#include "rows.h"

namespace weir::lookup {
namespace {

TEST(Dictionary, HasAHeaderOrNone) {
  for (const std::string header : {"", "key,value\n", "KEY,Value\r\n", "\"Key\",\"value\"\n"}) {
    const Table table = dictionary(header + "a,1\nb,\n");
    EXPECT_EQ(table.size(), 2U) << header;
    EXPECT_EQ(entry(table, "a"), "1");
    EXPECT_EQ(entry(table, "b"), "-");
    EXPECT_EQ(entry(table, "c"), "none");
  }
  EXPECT_EQ(entry(dictionary("a,1\nkey,value\n"), "key"), "value");
}

TEST(Dictionary, TakesTheLaterLine) {
  const Table table = dictionary("a,1\nb,2\na,3\n");
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(entry(table, "a"), "3");
}

TEST(Dictionary, LimitsKeysAndValuesInCharacters) {
  std::string most, value;
  for (int i = 0; i < 128; ++i) most += "я";
  for (int i = 0; i < 255; ++i) value += "ж";
  EXPECT_EQ(entry(dictionary(most + "," + value), most), value);
  EXPECT_EQ(problem(Kind::dictionary, Format::csv, "a,1\n" + most + "я,1\n"),
            "2:1: the key has 129 characters; at most 128 fit, so shorten it");
  EXPECT_EQ(problem(Kind::dictionary, Format::csv, "яя," + value + "ж\n"),
            "1:4: column 'value': the value has 256 characters; at most 255 fit, so shorten it");
  EXPECT_EQ(problem(Kind::dictionary, Format::csv, "a,1\n,2\n"),
            "2:1: the key is empty; it has 1 to 128 characters");
}

TEST(Table, HasTheFirstColumnForItsKeyUnlessAnotherIsDeclared) {
  constexpr std::string_view text = "host,owner,room\na,x,1\nb,y,2\n";
  const Table first = read(Kind::table, Format::csv, text);
  EXPECT_EQ(first.shape().keys, std::vector<Column>{{""}});
  EXPECT_EQ(first.shape().columns, (std::vector<Column>{{"owner"}, {"room"}}));
  EXPECT_EQ(entry(first, "b"), "y 2");
  const Table other = read(Kind::table, Format::csv, text, {{{"room"}}, {}});
  EXPECT_EQ(other.shape().columns, (std::vector<Column>{{"host"}, {"owner"}}));
  EXPECT_EQ(entry(other, "2"), "b y");
  const Table declared =
      read(Kind::table, Format::csv, text, {{}, {{"room"}, {"owner"}, {"left"}}});
  EXPECT_EQ(entry(declared, "a"), "1 x -");
  EXPECT_EQ(declared.column("owner"), 1U);
  EXPECT_EQ(declared.column("host"), Table::no_column);
}

TEST(Table, JoinsThePartsOfItsKey) {
  const Table table = read(Kind::active_list, Format::csv, "user,n,host\nu,1,h\nv,2,\n",
                           {{{"host"}, {"user"}}, {}});
  EXPECT_EQ(entry(table, "h|u"), "1");
  EXPECT_EQ(entry(table, "|v"), "2");
}

TEST(Table, SaysWhatIsWrongWithItsHeader) {
  const auto wrong = [](std::string_view text, Columns columns = {}) {
    return problem(Kind::table, Format::csv, text, std::move(columns));
  };
  EXPECT_EQ(wrong("k,ownr\n", {{}, {{"owner"}}}),
            "1:3: unknown column 'ownr'; did you mean 'owner'?");
  EXPECT_EQ(wrong("k,x\n", {{}, {{"owner"}, {"room"}}}),
            "1:3: unknown column 'x'; known are owner, room");
  EXPECT_EQ(wrong("\na,b\n", {{{"host"}}, {}}),
            "2:1: the header has no column 'host', which is part of the key; add it");
  EXPECT_EQ(wrong("k,a,a\n"), "1:5: two columns have the name 'a'; rename one");
  EXPECT_EQ(wrong("k,\n"),
            "1:3: the name of a column has 1 to 128 characters on one line, not ''; the first line "
            "names the columns");
}

TEST(ContextTable, ConvertsToTheTypesOfItsColumns) {
  const Columns columns{{{"port", FieldType::number}},
                        {{"n", FieldType::number},
                         {"f", FieldType::floating},
                         {"t", FieldType::timestamp},
                         {"b", FieldType::text, Form::boolean},
                         {"ip", FieldType::text, Form::address},
                         {"l", FieldType::text_array},
                         {"nl", FieldType::number_array},
                         {"fl", FieldType::float_array},
                         {"tl", FieldType::number_array, Form::time}}};
  const Table csv =
      read(Kind::context_table, Format::csv,
           "port,n,f,t,b,ip,l,nl,fl,tl\n"
           "00443,-5,1.5,1970-01-01T00:00:01Z,TRUE,::1,a;;b,1;2,0.5,5;1970-01-01T00:00"
           ":01Z\n80,,,17,,,,,,\n",
           columns);
  const std::string all = "-5 1.500000 1000 true ::1 [a,b] [1,2] [0.500000] [5,1000]";
  EXPECT_EQ(entry(csv, "443"), all);
  EXPECT_EQ(entry(csv, "80"), "- - 17 - - - - - -");
  const Table json =
      read(Kind::context_table, Format::json_lines,
           R"({"port":443,"n":-5,"f":1.5,"t":1000,"b":true,"ip":"::1","l":["a","b"],)"
           R"("nl":[1,"2"],"fl":[0.5],"tl":[5,"1970-01-01T00:00:01Z"]})",
           columns);
  EXPECT_EQ(entry(json, "443"), all);
}

TEST(ContextTable, SaysWhatIsNoValueOfAType) {
  const auto wrong = [](Column column, const std::string& text) {
    return problem(Kind::context_table, Format::csv, "k,c\na," + text + "\n",
                   {{{"k"}}, {std::move(column)}});
  };
  EXPECT_EQ(wrong({"c", FieldType::number}, "1.5"),
            "2:3: column 'c': '1.5' is no integer of 64 bits; write digits alone");
  EXPECT_EQ(wrong({"c", FieldType::floating}, "x"),
            "2:3: column 'c': 'x' is no number; write one such as 1.5");
  EXPECT_EQ(wrong({"c", FieldType::timestamp}, "now"),
            "2:3: column 'c': 'now' is no time; write milliseconds since 1970, or "
            "2024-05-01T12:00:00Z");
  EXPECT_EQ(wrong({"c", FieldType::text, Form::boolean}, "yes"),
            "2:3: column 'c': 'yes' is no boolean; write true or false");
  EXPECT_EQ(wrong({"c", FieldType::text, Form::address}, "1.2.3"),
            "2:3: column 'c': '1.2.3' is no IP address; write one such as 10.0.0.1 or 2001:db8::1");
  EXPECT_EQ(wrong({"c", FieldType::number_array}, "1;x"),
            "2:3: column 'c': 'x' is no integer of 64 bits; write digits alone");
}

TEST(Assets, HaveARowUnderEachOfTheirKeys) {
  const Table csv = read(Kind::assets, Format::csv,
                         "name,address,categories,vulnerabilities,id\n"
                         "web,10.0.0.1,Servers/Web;DMZ,CVE-2021-44228:9;CVE-1:2;X,7\n"
                         ",10.0.0.2,,,\n");
  const Table json =
      read(Kind::assets, Format::json_lines,
           R"({"name":"web","address":"10.0.0.1","categories":["Servers/Web","DMZ"],)"
           R"("vulnerabilities":[{"cve":"CVE-2021-44228","severity":9},)"
           R"({"severity":2,"cve":"CVE-1"},{"cve":"X"}],"id":"7"})"
           "\n{\"address\":\"10.0.0.2\"}\n");
  for (const Table* table : {&csv, &json}) {
    EXPECT_EQ(table->size(), 4U);
    for (const char* key : {"web", "10.0.0.1", "7"})
      EXPECT_EQ(entry(*table, key), "[Servers/Web,DMZ] [CVE-2021-44228,CVE-1,X] [9,2,0]");
    EXPECT_EQ(entry(*table, "10.0.0.2"), "- - -");
  }
}

TEST(Assets, SayWhatIsWrong) {
  EXPECT_EQ(problem(Kind::assets, Format::csv, "name,id\n,\n"),
            "2:1: the asset has no address, no name and no id; give it one of them");
  EXPECT_EQ(problem(Kind::assets, Format::csv, "\ncategories\nx\n"),
            "2:1: the header has none of the columns 'address', 'name' and 'id'; add one");
  EXPECT_EQ(problem(Kind::assets, Format::csv, "name,vulnerabilities\na,CVE-1:high\n"),
            "2:3: column 'vulnerabilities': 'CVE-1:high' is no vulnerability; write its name, a "
            "colon and a whole number from 0 on, such as CVE-2021-44228:9");
  EXPECT_EQ(problem(Kind::assets, Format::csv, "name,severities\n"),
            "1:6: unknown column 'severities'; known are address, name, id, "
            "categories, vulnerabilities");
  EXPECT_EQ(
      problem(Kind::assets, Format::json_lines, R"({"name":"a","vulnerabilities":[{"cv":1}]})"),
      "1:13: a vulnerability has the members 'cve' and 'severity', not 'cv'; write {\"cve\": "
      "\"CVE-2021-44228\", \"severity\": 9}");
}

TEST(Assets, HaveObjectsInTheirVulnerabilitiesAlone) {
  EXPECT_EQ(problem(Kind::assets, Format::json_lines, R"({"name":"a","categories":[{"cve":"x"}]})"),
            "1:27: an element of 'categories' is an object or a list; write texts or numbers");
  EXPECT_EQ(problem(Kind::assets, Format::json_lines, R"({"name":"a","vulnerabilities":[{}]})"),
            "1:13: column 'vulnerabilities': ':0' is no vulnerability; write its name, a colon and "
            "a whole number from 0 on, such as CVE-2021-44228:9");
}

TEST(Directory, HasAccountsAndTheirGroups) {
  const Table csv = read(Kind::directory, Format::csv, "account,groups\nann,Admins;Users\nbob,\n");
  EXPECT_EQ(entry(csv, "ann"), "[Admins,Users]");
  EXPECT_EQ(entry(csv, "bob"), "-");
  const Table json = read(Kind::directory, Format::json_lines,
                          "{\"account\":\"ann\",\"groups\":[\"Admins\",\"Users\"]}\n");
  EXPECT_EQ(entry(json, "ann"), "[Admins,Users]");
  EXPECT_EQ(problem(Kind::directory, Format::csv, "user,groups\n"),
            "1:1: unknown column 'user'; known are account, groups");
}

TEST(Update, AddsAndReplacesAllOrNothing) {
  Table table = dictionary("a,1\nb,2\n");
  update(table, Format::csv, "b,3\nc,4\n", {});
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(entry(table, "b") + entry(table, "c"), "34");
  EXPECT_THROW(update(table, Format::csv, "a,9\nd\n", {}), Failure);
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(entry(table, "a"), "1");
}

TEST(Erase, NeedsKeysAlone) {
  Table table = dictionary("a,1\nb,2\nc,3\nd,4\ne,5\n");
  EXPECT_EQ(erase(table, Format::csv, "key\na\nx\n"), 1U);
  EXPECT_EQ(erase(table, Format::csv, "b\n"), 1U);
  EXPECT_EQ(erase(table, Format::csv, "c,whatever\n"), 1U);
  EXPECT_EQ(erase(table, Format::json_lines, "{\"key\":\"d\",\"more\":5}\n"), 1U);
  EXPECT_THROW(erase(table, Format::json_lines, "{\"key\":\"e\"}\n{}\n"), Failure);
  EXPECT_EQ(table.size(), 1U);
  Table rows = read(Kind::table, Format::csv, "host,a,b\nx,1,2\ny,3,4\n");
  EXPECT_EQ(erase(rows, Format::csv, "host\nx\n"), 1U);
  EXPECT_EQ(erase(rows, Format::csv, "anything,unknown\ny,3\n"), 1U);
  Table assets = read(Kind::assets, Format::csv, "name,id\na,1\n");
  EXPECT_EQ(erase(assets, Format::csv, "id,categories\n1,x\n"), 1U);
  EXPECT_EQ(assets.size(), 1U);
}

std::string in_quotes(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

TEST(Csv, ReadsBackWhatWasWritten) {
  std::mt19937 random(1);
  constexpr std::string_view letters = "a,\"\n\r\t; b";
  for (int round = 0; round < 2000; ++round) {
    std::string text = "k,a,b\n", values;
    text += "k";
    for (int column = 0; column < 2; ++column) {
      std::string value;
      for (std::size_t i = random() % 8; i > 0; --i) value += letters[random() % letters.size()];
      text += ',';
      text += in_quotes(value);
      if (column > 0) values += ' ';
      values += value.empty() ? "-" : value;
    }
    text += random() % 2 == 0 ? "\r\n" : "";
    EXPECT_EQ(entry(read(Kind::table, Format::csv, text), "k"), values) << text;
  }
}

}  // namespace
}  // namespace weir::lookup
