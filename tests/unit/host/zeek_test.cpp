#include "input/formats/zeek.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "input/formats/zeek_text.h"

namespace weir::host {
namespace {

// A value as text, with a letter for its kind: `i:443`, `t:udp`, `T:[a|b]`.
std::string shown(const weir_member& member) {
  const auto* texts = reinterpret_cast<const weir_text*>(member.word);
  const auto* integers = reinterpret_cast<const std::int64_t*>(member.word);
  const auto* reals = reinterpret_cast<const double*>(member.word);
  std::string list;
  const auto add = [&](const std::string& element) {
    list.append(list.empty() ? "" : "|").append(element);
  };
  for (std::uint64_t i = 0; i < member.size && member.kind >= WEIR_INTEGER_ARRAY; ++i) {
    if (member.kind == WEIR_INTEGER_ARRAY) add(std::to_string(integers[i]));
    if (member.kind == WEIR_FLOAT_ARRAY) add(std::to_string(reals[i]));
    if (member.kind == WEIR_TEXT_ARRAY) add(std::string(texts[i].data, texts[i].size));
  }
  switch (member.kind) {
    case WEIR_INTEGER:
      return fmt::format("i:{}", static_cast<std::int64_t>(member.word));
    case WEIR_FLOAT:
      return fmt::format("f:{:.6f}", std::bit_cast<double>(member.word));
    case WEIR_BOOL:
      return member.word != 0 ? "b:true" : "b:false";
    case WEIR_TEXT:
      return fmt::format("t:{}",
                         std::string_view(reinterpret_cast<const char*>(member.word), member.size));
    case WEIR_INTEGER_ARRAY:
      return fmt::format("I:[{}]", list);
    case WEIR_FLOAT_ARRAY:
      return fmt::format("F:[{}]", list);
    case WEIR_TEXT_ARRAY:
      return fmt::format("T:[{}]", list);
    default:
      return "?";
  }
}

using Values = std::map<std::string, std::string>;

Values values_of(const weir_record& record) {
  Values values;
  for (std::uint64_t i = 0; i < record.member_count; ++i) {
    const weir_member& member = record.members[i];
    values[std::string(member.key, member.key_size)] = shown(member);
  }
  return values;
}

// A log and what became of it.
class Log {
 public:
  Log& read(std::string_view line) {
    // Memory of its own, whose end a sanitizer knows.
    lines_.push_back(std::make_unique<std::vector<char>>(line.begin(), line.end()));
    reader.read({{lines_.back()->data(), line.size()}, ++number_, 0}, 7, records);
    return *this;
  }
  Log& read_all(std::initializer_list<std::string_view> lines) {
    for (const std::string_view line : lines) read(line);
    return *this;
  }
  Values last() {
    EXPECT_EQ(problem(), "");
    return values_of(records.all().back());
  }
  std::string problem() {
    const weir_text text = records.all().back().problem;
    return {text.data == nullptr ? "" : text.data, text.size};
  }

  ZeekReader reader;
  Records records;

 private:
  std::vector<std::unique_ptr<std::vector<char>>> lines_;
  std::uint64_t number_ = 0;
};

// The value of the one column of that type.
std::string value(std::string_view type, std::string_view text) {
  Log log;
  log.read_all({"#fields\tkey\tother", fmt::format("#types\t{}\tstring", type)});
  const Values values = log.read(fmt::format("{}\tx", text)).last();
  return values.contains("key") ? values.at("key") : "absent";
}

TEST(Zeek, HasAColumnByItsNameAndThePathOfItsLog) {
  Log log;
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

TEST(Zeek, HasValuesOfTheirTypes) {
  EXPECT_EQ(value("bool", "T"), "b:true");
  EXPECT_EQ(value("bool", "F"), "b:false");
  EXPECT_EQ(value("count", "0"), "i:0");
  EXPECT_EQ(value("int", "-5"), "i:-5");
  EXPECT_EQ(value("port", "65535"), "i:65535");
  EXPECT_EQ(value("interval", "0.000870"), "f:0.000870");
  EXPECT_EQ(value("double", "-2.5"), "f:-2.500000");
  EXPECT_EQ(value("double", "1e3"), "f:1000.000000");
  EXPECT_EQ(value("time", "1521911720.865716"), "t:1521911720.865716");
  EXPECT_EQ(value("time", "2.385616957e+09"), "f:2385616957.000000");  // how Zeek writes a far one
  EXPECT_EQ(value("time", "-2.15e+09"), "f:-2150000000.000000");
  EXPECT_EQ(value("time", "-1418429426.887384"), "t:-1418429426.887384");
  EXPECT_EQ(value("subnet", "10.0.0.0/8"), "t:10.0.0.0/8");
  EXPECT_EQ(value("enum", "SSL::Invalid"), "t:SSL::Invalid");
}

TEST(Zeek, HasTextWhereAValueDoesNotFitItsType) {
  EXPECT_EQ(value("count", "9223372036854775807"), "i:9223372036854775807");
  EXPECT_EQ(value("count", "9223372036854775808"), "t:9223372036854775808");
  EXPECT_EQ(value("count", "12a"), "t:12a");
  EXPECT_EQ(value("count", "+1"), "t:+1");
  EXPECT_EQ(value("double", "nan"), "t:nan");
  EXPECT_EQ(value("double", "inf"), "t:inf");
  EXPECT_EQ(value("double", "."), "t:.");
  EXPECT_EQ(value("double", "1.2.3"), "t:1.2.3");
  EXPECT_EQ(value("bool", "true"), "t:true");
  EXPECT_EQ(value("vector[count]", "1,x,3"), "T:[1|x|3]");
}

TEST(Zeek, LeavesOutWhatIsUnsetOrEmpty) {
  EXPECT_EQ(value("string", "-"), "absent");
  EXPECT_EQ(value("string", "(empty)"), "absent");
  EXPECT_EQ(value("string", ""), "absent");
  EXPECT_EQ(value("count", "-"), "absent");
  EXPECT_EQ(value("set[string]", "-"), "absent");
  EXPECT_EQ(value("set[string]", "(empty)"), "absent");
  EXPECT_EQ(value("string", "--"), "t:--");
  EXPECT_EQ(value("string", "\\x2d"), "t:-");  // how Zeek writes what looks like a marker
  EXPECT_EQ(value("string", "\\x28empty)"), "t:(empty)");
}

TEST(Zeek, HasSetsAndVectorsAsArrays) {
  EXPECT_EQ(value("vector[string]", "a,b"), "T:[a|b]");
  EXPECT_EQ(value("set[enum]", "A::B"), "T:[A::B]");
  EXPECT_EQ(value("table[addr]", "10.0.0.1,::1"), "T:[10.0.0.1|::1]");
  EXPECT_EQ(value("set[port]", "80,443"), "I:[80|443]");
  EXPECT_EQ(value("vector[interval]", "1.500000,2.000000"), "F:[1.500000|2.000000]");
  EXPECT_EQ(value("vector[bool]", "T,F"), "T:[true|false]");
  EXPECT_EQ(value("vector[time]", "1.5,2.5"), "T:[1.5|2.5]");
}

TEST(Zeek, LeavesUnsetAndEmptyElementsOut) {
  EXPECT_EQ(value("vector[count]", "1,-,3"), "I:[1|3]");
  EXPECT_EQ(value("vector[string]", "a,-,(empty),,b"), "T:[a|b]");
  EXPECT_EQ(value("vector[string]", "-,-"), "absent");
  EXPECT_EQ(value("vector[double]", "-,-"), "absent");
}

TEST(Zeek, TakesEscapesBack) {
  EXPECT_EQ(value("string", "a\\x09b\\x0ac"), "t:a\tb\nc");
  EXPECT_EQ(value("string", "\\\\\\\\host\\\\C$"), "t:\\\\host\\C$");
  EXPECT_EQ(value("string", "\\x5c\\x23"), "t:\\#");
  EXPECT_EQ(value("string", "\\xd0\\xb6\\xD0\\xB0"), "t:жа");
  EXPECT_EQ(value("string", "\\xf0\\x9f\\x90\\x8d."), "t:🐍.");
  EXPECT_EQ(value("string", "жа"), "t:жа");
  EXPECT_EQ(value("vector[string]", "a\\x2cb,c\\\\"), "T:[a,b|c\\]");
  EXPECT_EQ(value("count", "\\x31"), "t:1");
}

// Zeek's JSON has them as these texts as well.
TEST(Zeek, KeepsEscapedWhatIsNoText) {
  for (const std::string_view text :
       {"\\x00\\x01", "\\x7f", "\\xff", "\\xd0", "\\xd0x", "\\xd0\\x20", "\\xc0\\x80",
        "\\xe0\\x9f\\xbf", "\\xed\\xa0\\x80", "\\xf4\\x90\\x80\\x80", "\\xf0\\x9f\\x90", "\\x",
        "\\x4", "\\xg0", "\\q", "\\"}) {
    const std::string expected = text == "\\xd0\\x20" ? "\\xd0 " : std::string(text);
    EXPECT_EQ(value("string", text), fmt::format("t:{}", expected));
  }
}

TEST(Zeek, HasTheSeparatorsAndMarkersOfItsHeader) {
  Log log;
  log.read_all({"#separator \\x7c", "#set_separator|;", "#empty_field|NONE", "#unset_field|\\x3f",
                "#path|odd", "#fields|a|b|c|d", "#types|set[count]|string|string|string"});
  EXPECT_EQ(log.read("1;2|NONE|?|-").last(),
            (Values{{"_path", "t:odd"}, {"a", "I:[1|2]"}, {"d", "t:-"}}));
}

TEST(Zeek, ReadsOnByTheHeaderThatComesInTheMiddle) {
  Log log;
  log.read_all(
      {"#separator \\x09", "#path\tone", "#fields\ta\tb", "#types\tcount\tstring", "1\tx"});
  EXPECT_EQ(log.last(), (Values{{"_path", "t:one"}, {"a", "i:1"}, {"b", "t:x"}}));
  log.read_all({"#close\t2024-04-12-20-00-00", "#separator \\x09", "#path\ttwo", "#fields\tb",
                "#types\tint", "-2"});
  EXPECT_EQ(log.last(), (Values{{"_path", "t:two"}, {"b", "i:-2"}}));
  EXPECT_EQ(values_of(log.records.all()[0]).at("b"), "t:x");  // the keys before are still there
}

TEST(Zeek, ReadsTextsWhenItsHeaderHasNoTypes) {
  Log log;
  log.read_all({"#fields\ta\tb", "1\tT"});
  EXPECT_EQ(log.last(), (Values{{"a", "t:1"}, {"b", "t:T"}}));
}

TEST(Zeek, HasTheSameKeysInMemoryForEveryRecordOfAHeader) {
  Log log;
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
  Log log;
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
  Log log;
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
  Log log;
  log.read_all({"\xEF\xBB\xBF#separator \\x09", "", "#fields\ta", "#types\tcount", "", "4", ""});
  EXPECT_EQ(log.records.size(), 1u);
  EXPECT_EQ(log.last(), (Values{{"a", "i:4"}}));
}

TEST(Zeek, LearnsTheHeadersThatItPassesOver) {
  Log log;
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
  Log log;
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
  Log log;
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

TEST(ZeekText, ReadsNumbersAsTheStandardLibraryDoes) {
  std::uint64_t state = 1;
  const auto random = [&] { return state = state * 6364136223846793005u + 1442695040888963407u; };
  for (int i = 0; i < 200'000; ++i) {
    std::string text = random() % 4 == 0 ? "-" : "";
    text += std::to_string(random() >> (random() % 64)).substr(0, 1 + random() % 20);
    if (random() % 4 != 0) text += fmt::format(".{}", random() >> (random() % 64));
    if (random() % 16 == 0) text += "e-7";
    double number = 0;
    ASSERT_TRUE(read_zeek_real(text, number)) << text;
    ASSERT_EQ(number, std::strtod(text.c_str(), nullptr)) << text;
  }
}

TEST(ZeekText, OfAHeaderIsGivenBackByteByByte) {
  EXPECT_EQ(unescape_zeek("\\x00\\xff\\x09"), std::string("\x00\xff\t", 3));
  EXPECT_EQ(unescape_zeek("\\\\a\\b\\"), "\\a\\b\\");
}

}  // namespace
}  // namespace weir::host
