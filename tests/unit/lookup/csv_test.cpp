// CSV as RFC 4180 has it. A table's columns show what the fields of a line were.

#include <fmt/format.h>

#include "rows.h"

namespace weir::lookup {
namespace {

// The fields of a line k,FIELDS under the header k,a,b.
std::string fields(const std::string& line, Format format = Format::csv) {
  const std::string header = format == Format::csv ? "k,a,b\n" : "k\ta\tb\n";
  return entry(read(Kind::table, format, header + line), "k");
}

TEST(Csv, ReadsFieldsInQuotesAndWithout) {
  EXPECT_EQ(fields("k,x,y\n"), "x y");
  EXPECT_EQ(fields("\"k\",\"x\",\"y\"\n"), "x y");
  EXPECT_EQ(fields("k,\"x,y\",\"z\"\n"), "x,y z");
  EXPECT_EQ(fields("k,\"say \"\"x\"\"\",\"\"\"\"\n"), "say \"x\" \"");
  EXPECT_EQ(fields("k,\"\"\"\"\"\",\"a\"\"b\"\n"), "\"\" a\"b");
}

TEST(Csv, TakesEmptyFieldsForNothing) {
  EXPECT_EQ(fields("k,,\n"), "- -");
  EXPECT_EQ(fields("k,\"\",y\n"), "- y");
  EXPECT_EQ(fields("k,,\"\""), "- -");
}

TEST(Csv, KeepsSpaces) {
  EXPECT_EQ(fields("k, x ,  \n"), " x    ");
  EXPECT_EQ(problem(Kind::table, Format::csv, "k,a\nk, \"x\"\n"),
            "2:4: a quote stands inside a field without quotes; put the field in quotes and double "
            "it");
}

TEST(Csv, EndsLinesWithLfOrCrLfOrTheEnd) {
  EXPECT_EQ(fields("k,x,y"), "x y");
  EXPECT_EQ(fields("k,x,y\r\n"), "x y");
  EXPECT_EQ(fields("k,x,\"y\"\r\n"), "x y");
  EXPECT_EQ(fields("k,x,\"y\"\r"), "x y");
  EXPECT_EQ(fields("k,x,y\r"), "x y");
  EXPECT_EQ(fields("k,x,\r\n"), "x -");
  const Table table = dictionary("a,1\r\nb,2\nc,3\r\n");
  EXPECT_EQ(entry(table, "a") + entry(table, "b") + entry(table, "c"), "123");
  EXPECT_EQ(problem(Kind::dictionary, Format::csv, "a,1\rb,2\n"),
            "1:4: a carriage return stands alone; end lines with LF or with CR LF");
}

TEST(Csv, HasLineEndsInQuotes) {
  EXPECT_EQ(fields("k,\"x\ny\",\"\r\n\"\n"), "x\ny \r\n");
  EXPECT_EQ(problem(Kind::table, Format::csv, "k,a\nk,\"x\n\ny\"\nl\n"),
            "5:1: the line has 1 field, not 2 (k, a); write all of them, empty ones too");
}

TEST(Csv, PassesOverEmptyLines) {
  const Table table = dictionary("\n\r\n\na,1\n\n\r\n\nb,2\n\n");
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(dictionary("").size(), 0U);
  EXPECT_EQ(dictionary("\n\r\n").size(), 0U);
}

TEST(Csv, PassesOverAByteOrderMark) {
  const Table table = dictionary("\xEF\xBB\xBFkey,value\nä,ö\n");
  EXPECT_EQ(entry(table, "ä"), "ö");
  EXPECT_EQ(entry(dictionary("\xEF\xBB\xBF\"a\",1"), "a"), "1");
  EXPECT_EQ(dictionary("\xEF\xBB\xBF").size(), 0U);
  EXPECT_EQ(problem(Kind::dictionary, Format::csv, "\xEF\xBB\xBFäö,\"x\n"),
            "1:4: the quotes that open here are not closed; close them");
}

TEST(Csv, SaysWhatIsWrongAndWhere) {
  const auto wrong = [](std::string_view text) {
    return problem(Kind::dictionary, Format::csv, text);
  };
  EXPECT_EQ(wrong("a,1\nb,\"x\"y\n"),
            "2:6: text follows the closing quotes; double a quote that belongs to the field");
  EXPECT_EQ(wrong("a,1\nb\n"),
            "2:1: the line has 1 field, not 2 (key, value); write all of them, empty ones too");
  EXPECT_EQ(
      wrong("a,1\nb,2,3\n"),
      "2:5: the line has 3 fields, not 2 (key, value); put a field with a separator in quotes");
  EXPECT_EQ(wrong("a\n"), "1:1: the line has 1 field, not 2 (key, value); add the other");
  EXPECT_EQ(wrong("ä,x\"y\n"),
            "1:4: a quote stands inside a field without quotes; put the field in quotes and double "
            "it");
  EXPECT_EQ(wrong("a,\xFF\n"), "1:3: byte 0xFF is not UTF-8; save the rows as UTF-8");
  EXPECT_EQ(wrong(std::string_view("a,1\nb,\0\n", 8)),
            "2:3: a NUL byte cannot stand in rows; remove it");
}

TEST(Csv, HasSoManyFieldsALineAndNoMore) {
  const std::string commas(5'000, ',');
  EXPECT_EQ(problem(Kind::table, Format::csv, commas),
            "1:4097: the line has more than 4096 fields; end a row with its line");
}

TEST(Csv, SaysThatSemicolonsAreNoCommas) {
  const std::string_view remedy = "; put commas between fields, not semicolons";
  EXPECT_EQ(problem(Kind::dictionary, Format::csv, "key;value\na;b\n"),
            fmt::format("1:1: the line has 1 field, not 2 (key, value){}", remedy));
  EXPECT_EQ(problem(Kind::table, Format::csv, "k,a\nx;y\n"),
            fmt::format("2:1: the line has 1 field, not 2 (k, a){}", remedy));
}

TEST(Tsv, IsTheSameWithTabs) {
  EXPECT_EQ(fields("k\tx,y\tz", Format::tsv), "x,y z");
  EXPECT_EQ(fields("k\t\"x\ty\"\t\"\"\"\"\r\n", Format::tsv), "x\ty \"");
  EXPECT_EQ(fields("k\t\t\n", Format::tsv), "- -");
}

}  // namespace
}  // namespace weir::lookup
