// Lines of Zeek's logs: headers, records of their columns, and blocks that are read apart.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "zeek_log.h"

namespace weir::host {
namespace {

TEST(Zeek, HasAColumnByItsNameAndThePathOfItsLog) {
  ZeekLog log;
  log.read_all({"#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-",
                "#path\tconn", "#open\t2024-04-12-19-29-12",
                "#fields\tts\tid.orig_h\tid.orig_p\tproto\tservice",
                "#types\ttime\taddr\tport\tenum\tstring"});
  EXPECT_TRUE(log.records.empty());
  log.read("1521911720.865716\t10.0.0.1\t443\ttcp\t-").read("#close\t2024-04-12-20-00-00");
  EXPECT_EQ(log.last(), (Values{{"_path", "t:conn"},
                                {"ts", "t:1521911720.865716"},
                                {"id.orig_h", "t:10.0.0.1"},
                                {"id.orig_p", "i:443"},
                                {"proto", "t:tcp"}}));
  EXPECT_EQ(log.records.all()[0].line, 9u);
  EXPECT_EQ(log.records.all()[0].preset, 7u);
}

TEST(Zeek, HasTheSeparatorsAndMarkersOfItsHeader) {
  ZeekLog log;
  log.read_all({"#separator \\x7c", "#set_separator|;", "#empty_field|NONE", "#unset_field|\\x3f",
                "#path|odd", "#fields|a|b|c|d", "#types|set[count]|string|string|string"});
  EXPECT_EQ(log.read("1;2|NONE|?|-").last(),
            (Values{{"_path", "t:odd"}, {"a", "I:[1|2]"}, {"d", "t:-"}}));
}

TEST(Zeek, ReadsOnByTheHeaderThatComesInTheMiddle) {
  ZeekLog log;
  log.read_all(
      {"#separator \\x09", "#path\tone", "#fields\ta\tb", "#types\tcount\tstring", "1\tx"});
  EXPECT_EQ(log.last(), (Values{{"_path", "t:one"}, {"a", "i:1"}, {"b", "t:x"}}));
  log.read_all({"#close\t2024-04-12-20-00-00", "#separator \\x09", "#path\ttwo", "#fields\tb",
                "#types\tint", "-2"});
  EXPECT_EQ(log.last(), (Values{{"_path", "t:two"}, {"b", "i:-2"}}));
  EXPECT_EQ(values_of(log.records.all()[0]).at("b"), "t:x");  // the keys before are still there
}

TEST(Zeek, ReadsTextsWhenItsHeaderHasNoTypes) {
  ZeekLog log;
  log.read_all({"#fields\ta\tb", "1\tT"});
  EXPECT_EQ(log.last(), (Values{{"a", "t:1"}, {"b", "t:T"}}));
}

TEST(Zeek, HasTheSameKeysInMemoryForEveryRecordOfAHeader) {
  ZeekLog log;
  const auto header = {"#separator \\x09", "#path\tp", "#fields\ta", "#types\tcount"};
  for (int i = 0; i < 3; ++i) {
    for (const char* line : header) log.read(line);
    log.read("5");
  }
  ZeekReader copy = log.reader;
  copy.read({"6", 1, 0}, 7, log.records);
  const auto records = log.records.all();
  ASSERT_EQ(records.size(), 4u);
  for (const weir_record& record : records) {
    EXPECT_EQ(record.members[0].key, records[0].members[0].key);
    EXPECT_EQ(record.members[1].key, records[0].members[1].key);
  }
}

TEST(Zeek, KeepsTheKeysOfRecordsThatOutliveTheReader) {
  Records records;
  {
    ZeekReader reader;
    reader.read({"#fields\tsome_column", 1, 0}, 1, records);
    reader.read({"x", 2, 0}, 1, records);
  }
  EXPECT_EQ(values_of(records.all()[0]), (Values{{"some_column", "t:x"}}));
}

TEST(Zeek, RejectsALineOfOtherColumns) {
  ZeekLog log;
  log.read_all({"#fields\ta\tb\tc", "#types\tstring\tstring\tstring"});
  log.read("x\ty");
  EXPECT_EQ(log.problem(), "2 fields where the header has 3, column 4");
  EXPECT_EQ(log.records.all().back().member_count, 0u);
  log.read("жж\ty\tz\tfour\tfive");
  EXPECT_EQ(log.problem(), "5 fields where the header has 3, column 8");
  log.read("x\ty\tz");
  EXPECT_EQ(log.last().size(), 3u);
}

TEST(Zeek, RejectsLinesBeforeAHeaderAndBehindABrokenOne) {
  ZeekLog log;
  log.read("x\ty");
  EXPECT_EQ(log.problem(), "no #fields line comes before it");
  log.read_all({"#fields\ta\tb", "#types\tstring", "x\ty"});
  EXPECT_EQ(log.problem(), "the header has 2 #fields and 1 #types");
  log.read_all({"#fields\ta\t\tb", "x\ty\tz"});
  EXPECT_EQ(log.problem(), "the #fields of the header name one with an empty text");
  log.read_all({"#separator ab", "#fieldsabx", "x"});
  EXPECT_EQ(log.problem(), "the #separator of the header is not one byte");
  log.read_all({"#separator \\x09", "#set_separator\t", "#fields\tx", "x"});
  EXPECT_EQ(log.problem(), "the #set_separator of the header is not one byte");
  log.read_all({"#separator \\x09", "#fields\tx", "x"});
  EXPECT_EQ(log.last(), (Values{{"x", "t:x"}}));
  std::string fields = "#fields";
  for (int i = 0; i < WEIR_MAX_FIELDS; ++i) fields += "\tx";
  log.read_all({fields, "x"});
  EXPECT_EQ(log.problem(), "the #fields of the header are more than 4095");
  log.read_all({"#fields\t" + std::string(65537, 'x'), "x"});
  EXPECT_EQ(log.problem(), "the #fields line is longer than 64 KiB");
}

TEST(Zeek, SkipsBlankLinesAndAByteOrderMark) {
  ZeekLog log;
  log.read_all({"\xEF\xBB\xBF#separator \\x09", "", "#fields\ta", "#types\tcount", "", "4", ""});
  EXPECT_EQ(log.records.size(), 1u);
  EXPECT_EQ(log.last(), (Values{{"a", "i:4"}}));
}

TEST(Zeek, LearnsTheHeadersThatItPassesOver) {
  ZeekLog log;
  log.reader.pass_over(
      "\xEF\xBB\xBF#separator \\x09\r\n#path\tone\r\n#fields\ta\r\n#types\tcount\r\n1\n");
  EXPECT_EQ(log.read("7").last(), (Values{{"_path", "t:one"}, {"a", "i:7"}}));
  log.reader.pass_over("1\nx # no header\n#fields\tb\n#types\tbool\nT\n");
  EXPECT_EQ(log.read("T").last(), (Values{{"_path", "t:one"}, {"b", "b:true"}}));
  log.reader.pass_over("");
  log.reader.pass_over("F\nF\n");
  log.reader.pass_over("#close\t2024");
  EXPECT_EQ(log.read("F").last(), (Values{{"_path", "t:one"}, {"b", "b:false"}}));
}

// Who reads such a line rejects it, and knows no more of it.
TEST(Zeek, LearnsNothingFromALineThatIsTooLong) {
  ZeekLog log;
  log.read_all({"#separator \\x09", "#fields\ta", "#types\tcount"});
  const std::string line = "#fields\t" + std::string(WEIR_MAX_EVENT_BYTES, 'x');
  log.reader.pass_over("1\n" + line + "\n2\n");
  log.reader.pass_over(line);
  EXPECT_EQ(log.read("4").last(), (Values{{"a", "i:4"}}));
}

// Blocks are cut anywhere between lines, also within a header.
TEST(Zeek, IsReadTheSameInBlocksByCopies) {
  const std::vector<std::string> lines = {"#separator \\x09",
                                          "#path\tone",
                                          "#fields\ta\tb",
                                          "#types\tcount\tstring",
                                          "1\tx",
                                          "2\ty",
                                          "#close\tx",
                                          "#separator \\x09",
                                          "#path\ttwo",
                                          "#fields\tb",
                                          "#types\tint",
                                          "3",
                                          "4"};
  std::vector<Values> whole;
  ZeekLog log;
  for (const std::string& line : lines) log.read(line);
  for (const weir_record& record : log.records.all()) whole.push_back(values_of(record));
  for (std::size_t cut = 0; cut <= lines.size(); ++cut) {
    std::string block;
    for (std::size_t i = 0; i < cut; ++i) block += lines[i] + "\n";
    ZeekReader reader;
    ZeekReader first = reader;
    reader.pass_over(block);
    Records records;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      (i < cut ? first : reader).read({lines[i], i + 1, 0}, 1, records);
    }
    std::vector<Values> read;
    for (const weir_record& record : records.all()) read.push_back(values_of(record));
    EXPECT_EQ(read, whole) << "cut before line " << cut + 1;
  }
}

}  // namespace
}  // namespace weir::host
