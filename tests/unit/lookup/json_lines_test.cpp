// JSON lines as rows.

#include "rows.h"

namespace weir::lookup {
namespace {

std::string wrong(std::string_view text, Kind kind = Kind::dictionary) {
  return problem(kind, Format::json_lines, text);
}

TEST(JsonLines, HaveAnObjectALine) {
  const Table table = read(Kind::dictionary, Format::json_lines,
                           "{\"key\":\"a\",\"value\":\"1\"}\n\n  \r\n"
                           " { \"value\" : 2 , \"key\" : \"b\" } \r\n"
                           "{\"key\":3,\"value\":true}\n"
                           "{\"key\":\"n\",\"value\":null}\n"
                           "{\"key\":\"d\",\"value\":\"x\",\"value\":\"y\"}\n"
                           "{\"key\":\"e\\u0416\\n\",\"value\":\"\\\"\\\\\"}");
  EXPECT_EQ(table.size(), 6U);
  EXPECT_EQ(entry(table, "a"), "1");
  EXPECT_EQ(entry(table, "b"), "2");
  EXPECT_EQ(entry(table, "3"), "true");
  EXPECT_EQ(entry(table, "n"), "-");
  EXPECT_EQ(entry(table, "d"), "y");
  EXPECT_EQ(entry(table, "eЖ\n"), "\"\\");
}

TEST(JsonLines, NameTheColumnsOfATable) {
  const Table table = read(Kind::table, Format::json_lines,
                           "{\"host\":\"a\",\"x\":1.50}\n{\"y\":\"2\",\"host\":\"b\"}\n");
  EXPECT_EQ(table.shape().columns, (std::vector<Column>{{"x"}, {"y"}}));
  EXPECT_EQ(entry(table, "a"), "1.50 -");
  EXPECT_EQ(entry(table, "b"), "- 2");
}

// A line near the end of the text is read from a copy: places must be those of the text.
TEST(JsonLines, SayWhatIsWrongAndWhere) {
  for (const std::string tail :
       {"", "{\"key\":\"a long line that gives simdjson its room\"}\n",
        "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
        "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"}) {
    EXPECT_EQ(wrong("\n[1]\n" + tail),
              "2:1: a line must be a JSON object, such as {\"key\": \"a\"}");
    EXPECT_EQ(wrong("{\"key\":\"ä\",\"valu\":5}\n" + tail),
              "1:12: unknown column 'valu'; did you mean 'value'?");
    EXPECT_EQ(wrong("{\"key\":\"a\",\"value\":{}}\n" + tail),
              "1:12: member 'value' is an object; write a text, a number or a list of those");
    EXPECT_EQ(wrong("{\"key\":\"a\",\"value\":[1]}\n" + tail),
              "1:12: column 'value' holds one value, not a list; declare it as a list");
    EXPECT_EQ(wrong("{\"key\":[\"a\"]}\n" + tail),
              "1:2: column 'key': a key is one text, not a list");
    EXPECT_EQ(wrong("{\"key\":\"a\",\"value\":[[1]]}\n" + tail),
              "1:21: an element of 'value' is an object or a list; write texts or numbers");
    EXPECT_EQ(wrong("{\"key\":\"a\",\"value\":01}\n" + tail),
              "1:20: '01' is neither a number nor true, false or null; put text in double quotes");
    EXPECT_EQ(wrong("  {\"value\":\"x\"}\n" + tail),
              "1:3: the key is empty; it has 1 to 128 characters");
    EXPECT_EQ(wrong("{\"key\":\"a\\u0000\"}\n" + tail),
              "1:1: the key has a NUL character; take it out");
  }
}

TEST(JsonLines, HaveSoManyMembersAndNoMore) {
  std::string line = "{\"k\":0";
  for (int i = 0; i < 5'000; ++i) line += ",\"a\":1";
  EXPECT_EQ(problem(Kind::table, Format::json_lines, line + "}"),
            "1:24578: the line has more than 4096 fields; end a row with its line");
}

TEST(JsonLines, DoNotTakeMemoryForColumnsThatNobodyFills) {
  std::string lines = "{\"k\":\"first\"";
  for (int i = 0; i < 1'000; ++i) lines += ",\"c" + std::to_string(i) + "\":1";
  lines += "}\n";
  for (int i = 0; i < 5'000; ++i) lines += "{\"k\":" + std::to_string(i) + "}\n";
  try {
    read(Kind::table, Format::json_lines, lines);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), Status::limit);
    EXPECT_EQ(std::string_view(failure.what()).substr(0, 53),
              "nearly all values of the 1000 columns are absent; dec");
  }
}

TEST(JsonLines, AreCheckedToTheirEnds) {
  for (const std::string_view text :
       {"{\"key\":\"a\"", "{\"key\":\"a\"}}", "{\"key\":\"a\"} {}", "{\"key\" \"a\"}",
        "{\"key\":\"a}", "{\"key\":\"a\",}", "{\"key\":\"\\x\"}", "{\"key\":\"a\tb\"}",
        "{\"key\":tru}", "{key:1}", "{\"key\":\"\\ud800\"}", "{", "{\"key\":\"a\"]"}) {
    const std::string found = wrong(text);
    EXPECT_TRUE(found.starts_with("1:")) << text << ": " << found;
  }
}

}  // namespace
}  // namespace weir::lookup
