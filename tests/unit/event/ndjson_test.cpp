#include "event/ndjson_reader.h"

#include <gtest/gtest.h>

#include "reading.h"

namespace weir {
namespace {

// Name is a text, BytesIn a number, F.x a double.
Lines three_fields() { return Lines{"Name", "BytesIn", "F.x"}; }

std::string row(std::string_view line) { return three_fields().row_of(line); }

JsonError error(std::string_view line) { return three_fields().read(line).error; }

std::string nested(std::size_t levels) {
  return cat(std::string(levels, '['), "1", std::string(levels, ']'));
}

TEST(Ndjson, StoresTheWantedFieldsAndConvertsThem) {
  EXPECT_EQ(row(R"({"Name":"a","other":[1,{"Name":"no"}],"BytesIn":5,"F.x":0.5})"),
            "t:a i:5 f:0.5");
  EXPECT_EQ(row(R"({"F.x":1,"BytesIn":"5","Name":443})"), "t:443 i:5 f:1");
  EXPECT_EQ(row(R"({"BytesIn":5.0,"Name":true,"F.x":"1e3"})"), "t:true i:5 f:1000");
}

TEST(Ndjson, LeavesWhatIsNullOrEmptyAbsentWithoutAnError) {
  Lines lines = three_fields();
  EXPECT_EQ(lines.row_of(R"({"Name":"","BytesIn":null,"F.x":""})"), "- - -");
  EXPECT_EQ(lines.row_of("{}"), "- - -");
  EXPECT_EQ(lines.unstored, 0U);
}

TEST(Ndjson, CountsWhatDoesNotConvertAndReadsOn) {
  Lines lines = three_fields();
  EXPECT_EQ(lines.row_of(R"({"Name":{"a":1},"BytesIn":[5],"F.x":2})"), "- - f:2");
  EXPECT_EQ(lines.unstored, 2U);
  EXPECT_EQ(lines.row_of(R"({"Name":"a","BytesIn":1.5,"F.x":true})"), "t:a - -");
  EXPECT_EQ(lines.unstored, 2U);
}

TEST(Ndjson, OfDuplicatesTheLastWins) {
  EXPECT_EQ(row(R"({"Name":"a","BytesIn":1,"Name":"b","BytesIn":2})"), "t:b i:2 -");
  EXPECT_EQ(row(R"({"Name":"a","Name":null,"BytesIn":1,"BytesIn":"x"})"), "- - -");
  EXPECT_EQ(row(R"({"Name":"a","N\u0061me":"b"})"), "t:b - -");
}

TEST(Ndjson, ReadsEscapesInKeysAndValues) {
  EXPECT_EQ(row(R"({"\u004eame":"\"\\\/\b\f\n\r\t\u0041\u20ac\ud83d\ude00"})"),
            "t:\"\\/\b\f\n\r\tA€\xF0\x9F\x98\x80 - -");
  EXPECT_EQ(row(R"({"Name":"\ud83dx\ude00\ud83d\ud83d\ude00"})"),
            "t:\xEF\xBF\xBDx\xEF\xBF\xBD\xEF\xBF\xBD\xF0\x9F\x98\x80 - -");
  EXPECT_EQ(row(R"({"Name":"a\u0000b"})"), std::string("t:a\0b - -", 9));
}

TEST(Ndjson, WritesAnyWholeNumberIntoTextAsItStands) {
  EXPECT_EQ(row(R"({"Name":12345678901234567890123})"), "t:12345678901234567890123 - -");
  EXPECT_EQ(row(R"({"Name":-0})"), "t:0 - -");
  EXPECT_EQ(row(R"({"Name":1.50})"), "t:1.5 - -");
}

TEST(Ndjson, AnIntegerBeyondInt64DoesNotFit) {
  Lines lines{"BytesIn", "F.x", "NA.x", "SA.x"};
  EXPECT_EQ(lines.row_of(R"({"BytesIn":9223372036854775807})"), "i:9223372036854775807 - - -");
  EXPECT_EQ(lines.row_of(R"({"BytesIn":9223372036854775808})"), "- - - -");
  EXPECT_EQ(lines.row_of(R"({"BytesIn":-9223372036854775809})"), "- - - -");
  EXPECT_EQ(lines.row_of(R"({"NA.x":[-9223372036854775809]})"), "- - - -");
  EXPECT_EQ(lines.unstored, 1U);
  EXPECT_EQ(lines.row_of(R"({"SA.x":[9223372036854775808],"F.x":9223372036854775808})"),
            "- f:9.2233720368547758e+18 - T[9223372036854775808]");
}

TEST(Ndjson, ANumberBeyondADoubleIsNotStoredAndOneBelowItIsZero) {
  Lines lines{"F.x"};
  const std::string zeros(400, '0');
  EXPECT_EQ(lines.row_of(R"({"F.x":1e999})"), "-");
  EXPECT_EQ(lines.unstored, 1U);
  EXPECT_EQ(lines.row_of(R"({"F.x":1e99999999999999999999})"), "-");
  EXPECT_EQ(lines.row_of(cat(R"({"F.x":1)", zeros, "e-5}")), "-");
  EXPECT_EQ(lines.row_of(R"({"F.x":1e-999})"), "f:0");
  EXPECT_EQ(lines.row_of(R"({"F.x":1E-99999999999999999999})"), "f:0");
  EXPECT_EQ(lines.row_of(cat(R"({"F.x":0.)", zeros, "1}")), "f:0");
  EXPECT_EQ(lines.row_of(cat(R"({"F.x":0.)", zeros, "1e400}")), "f:0.10000000000000001");
}

TEST(Ndjson, ReadsExtraNestedOrFlat) {
  Lines lines{"Extra.a", "Extra.b.c", "Name"};
  EXPECT_EQ(lines.row_of(R"({"Extra":{"a":"1","b.c":2,"Name":"no"},"Name":"x"})"), "t:1 t:2 t:x");
  EXPECT_EQ(lines.row_of(R"({"Extra.a":"1","Extra.b.c":"2"})"), "t:1 t:2 -");
  EXPECT_EQ(lines.row_of(R"({"Extra.a":"1","\u0045xtra":{"\u0061":"2"}})"), "t:2 - -");
  EXPECT_EQ(lines.row_of(R"({"Extra":"a","Name":"x"})"), "- - t:x");
  EXPECT_EQ(lines.row_of(R"({"Extra":{"b":{"c":1}}})"), "- - -");
  EXPECT_EQ(lines.row_of(R"({"Extra":{"a":"1",}})"), "rejected");
  Lines both{"Extra", "Extra.a"};
  EXPECT_EQ(both.row_of(R"({"Extra":{"a":"1","b":[]},"x":1})"), R"(j:{"a":"1","b":[]} t:1)");
}

TEST(Ndjson, ReadsArraysIntoArrayFields) {
  Lines lines{"SA.x", "NA.x", "FA.x"};
  EXPECT_EQ(lines.row_of(R"({"SA.x":["a",1,true],"NA.x":[1,"2",3.0],"FA.x":[0.5,1,"2"]})"),
            "T[a,1,true] I[1,2,3] F[0.5,1,2]");
  EXPECT_EQ(lines.row_of(R"({"SA.x":["a",null,""],"NA.x":[],"FA.x":null})"), "T[a] - -");
  EXPECT_EQ(lines.unstored, 0U);
  EXPECT_EQ(lines.row_of(R"({"SA.x":[["a"]],"NA.x":[1,"x"],"FA.x":1})"), "- - -");
  EXPECT_EQ(lines.unstored, 3U);
  EXPECT_EQ(lines.row_of(R"({"SA.x":["a"],"SA.x":[]})"), "- - -");
}

TEST(Ndjson, KeepsStructuredValuesAsTheyStand) {
  Lines lines{"TI"};
  EXPECT_EQ(lines.row_of(R"({"TI": {"a": [1, 2]}  ,"x":1})"), R"(j:{"a": [1, 2]})");
}

TEST(Ndjson, NestsAtMost64Levels) {
  EXPECT_EQ(error(cat("{\"x\":", nested(63), "}")), JsonError::none);
  EXPECT_EQ(error(cat("{\"x\":", nested(64), "}")), JsonError::too_deep);
  EXPECT_EQ(error(cat("{\"Name\":", nested(63), "}")), JsonError::none);
  EXPECT_EQ(error(cat("{\"Name\":", nested(64), "}")), JsonError::too_deep);
  Lines lines{"Extra.a", "SA.x"};
  for (const char* key : {"a", "b"}) {
    const std::string begin = std::string(R"({"Extra":{")").append(key).append("\":");
    EXPECT_TRUE(lines.accepts(cat(begin, nested(62), "}}"))) << key;
    EXPECT_FALSE(lines.accepts(cat(begin, nested(63), "}}"))) << key;
  }
  EXPECT_TRUE(lines.accepts(cat("{\"SA.x\":", nested(63), "}")));
  EXPECT_FALSE(lines.accepts(cat("{\"SA.x\":", nested(64), "}")));
}

TEST(Ndjson, HoldsAtMost4096Members) {
  const auto members = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
      text.append(i > 0 ? ",\"k" : "\"k").append(std::to_string(i)).append("\":0");
    return text;
  };
  EXPECT_EQ(error(cat("{", members(4096), "}")), JsonError::none);
  EXPECT_EQ(error(cat("{", members(4097), "}")), JsonError::too_many_members);
  // Those of Extra count too, whether or not anybody wants one.
  for (const char* wanted : {"Name", "Extra.k1"}) {
    Lines lines{wanted};
    EXPECT_TRUE(lines.accepts(cat("{\"Extra\":{", members(4095), "}}"))) << wanted;
    EXPECT_FALSE(lines.accepts(cat("{\"Extra\":{", members(4096), "}}"))) << wanted;
  }
}

TEST(Ndjson, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* line;
    JsonError error;
    std::uint32_t offset;
  };
  const Case cases[] = {
      {"", JsonError::empty, 0},
      {" \t\r", JsonError::empty, 0},
      {"[1]", JsonError::not_object, 3},
      {"5", JsonError::not_object, 1},
      {R"({"a":1)", JsonError::expected_comma_or_brace, 6},
      {R"({"a" 1})", JsonError::expected_colon, 5},
      {R"({a:1})", JsonError::expected_key, 1},
      {R"({"a":1,})", JsonError::expected_key, 7},
      {R"({"a":1 "b":2})", JsonError::expected_comma_or_brace, 7},
      {R"({"a":[1 2]})", JsonError::expected_comma_or_bracket, 8},
      {R"({"a":})", JsonError::expected_value, 5},
      {R"({"a":,"b":1})", JsonError::expected_value, 5},
      {R"({"a":01})", JsonError::bad_number, 5},
      {R"({"a":-})", JsonError::bad_number, 5},
      {R"({"a":True})", JsonError::bad_literal, 5},
      {R"({"a":nul})", JsonError::bad_literal, 5},
      {R"({"a":"\x"})", JsonError::bad_escape, 5},
      {R"({"a":"\u12g4"})", JsonError::bad_escape, 5},
      {R"({"a":"b)", JsonError::unclosed_string, 0},
      {"{\"a\":\"\t\"}", JsonError::control_character, 0},
      {"{\"a\":\"\xFF\"}", JsonError::utf8, 0},
      {R"({"a":1}})", JsonError::trailing, 7},
      {R"({"a":1} x)", JsonError::trailing, 8},
      {R"({} {})", JsonError::trailing, 3},
  };
  for (const Case& one : cases) {
    const LineError found = three_fields().read(one.line);
    EXPECT_EQ(found.error, one.error) << one.line << ": " << describe(found.error);
    EXPECT_EQ(found.offset, one.offset) << one.line;
    EXPECT_NE(describe(found.error), "");
  }
}

TEST(Ndjson, CountsOffsetsFromTheStartOfTheLineInABlock) {
  Lines lines{"Name"};
  const auto errors = lines.read_all("{\"Name\":\"a\"}\n{\"Name\":x}\n");
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[1].error, JsonError::bad_literal);
  EXPECT_EQ(errors[1].offset, 8U);
}

TEST(Ndjson, OfABlockRejectsOnlyTheBadLines) {
  const std::string_view bad[] = {R"({"Name":"open)",
                                  "{\"Name\":\"\xC3\"}",
                                  "{\"Name\":\"\x01\"}",
                                  R"({"Name":"\)",
                                  R"({"Name":"a"}")",
                                  R"({"Name")",
                                  "nonsense",
                                  "{\"Name\":\"x\"}}",
                                  R"(")",
                                  "\\",
                                  "[1,2",
                                  std::string_view("\0", 1)};
  for (const std::string_view line : bad) {
    Lines lines{"Name"};
    const auto errors = lines.read_all(cat("{\"Name\":\"a\"}\n\n{\"Name\":\"b\"}\r\n", line,
                                           "\n   \n{\"Name\":\"c\"}\n{\"Name\":\"d\"}"));
    ASSERT_EQ(errors.size(), 7U);
    EXPECT_EQ(errors[0].error, JsonError::none) << line;
    EXPECT_EQ(errors[1].error, JsonError::empty) << line;
    EXPECT_EQ(errors[2].error, JsonError::none) << line;
    EXPECT_NE(errors[3].error, JsonError::none) << line;
    EXPECT_EQ(errors[4].error, JsonError::empty) << line;
    EXPECT_EQ(errors[5].error, JsonError::none) << line;
    EXPECT_EQ(errors[6].error, JsonError::none) << line;
    EXPECT_EQ(lines.rows[0] + lines.rows[2] + lines.rows[5] + lines.rows[6], "t:at:bt:ct:d")
        << line;
  }
}

TEST(Ndjson, ForgetsTheLayoutOfTheLineBeforeWhenItChanges) {
  Lines lines{"Name", "BytesIn"};
  lines.read_all(
      "{\"Name\":\"a\",\"BytesIn\":1}\n{\"BytesIn\":2,\"Name\":\"b\"}\n{\"x\":0,\"Name\":\"c\"}\n"
      "{\"Name\":\"d\"}\n{\"Nam\":\"e\",\"BytesIn\":5}\n");
  EXPECT_EQ(lines.rows,
            (std::vector<std::string>{"t:a i:1", "t:b i:2", "t:c -", "t:d -", "- i:5"}));
}

TEST(Ndjson, ForgetsTheKeysOfTheBlockBefore) {
  SlotMap slots;
  slots.want(field_id("BytesIn"));
  KeyTree keys(slots);
  NdjsonReader reader;
  Bump bump;
  Value row[2];
  std::uint64_t unstored = 0;
  const std::string_view line = R"({"Name":"a","BytesIn":1})";
  reader.start(line);
  reader.read(line, keys, row, bump, unstored);
  EXPECT_EQ(shown(row[0]), "i:1");
  slots = SlotMap();
  slots.want(field_id("Name"));
  slots.want(field_id("BytesIn"));
  keys = KeyTree(slots);  // at the same address as before
  reader.start(line);
  reader.read(line, keys, row, bump, unstored);
  EXPECT_EQ(shown(row[0]) + " " + shown(row[1]), "t:a i:1");
}

TEST(Ndjson, OfTwoExtrasTheLastCountsWhole) {
  Lines lines{"Extra.a", "Extra.b", "Name"};
  EXPECT_EQ(lines.row_of(R"({"Extra":{"a":"x"},"Extra":{"b":"y"}})"), "- t:y -");
  EXPECT_EQ(lines.row_of(R"({"Extra":{"a":"x","b":"z"},"Name":"n","Extra":{}})"), "- - t:n");
  EXPECT_EQ(lines.row_of(R"({"Extra":{"a":"x"},"Extra":null})"), "- - -");
  EXPECT_EQ(lines.unstored, 0U);
  EXPECT_EQ(lines.row_of(R"({"Extra":{"a":"x"},"Extra":5})"), "- - -");
  EXPECT_EQ(lines.unstored, 1U);
}

TEST(Ndjson, AnExtraThatIsNoObjectCountsIfItIsWanted) {
  for (const std::string_view value : {"5", "\"a\"", "true", "[{\"a\":1}]"}) {
    Lines wanted{"Extra.a"}, not_wanted{"Name"};
    const std::string line = cat("{\"Extra\":", value, "}");
    EXPECT_EQ(wanted.row_of(line), "-");
    EXPECT_EQ(wanted.unstored, 1U) << line;
    EXPECT_TRUE(not_wanted.accepts(line));
    EXPECT_EQ(not_wanted.unstored, 0U) << line;
  }
}

}  // namespace
}  // namespace weir
