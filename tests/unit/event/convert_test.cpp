// Every kind of value to every type of field.

#include "event/convert.h"

#include <gtest/gtest.h>

#include <limits>

#include "reading.h"

namespace weir {
namespace {

using namespace std::string_view_literals;

// What is stored, as shown() writes it; "x": not stored, a conversion error.
std::string stored(Value value, FieldType type) {
  Bump bump;
  return convert(value, type, bump) ? shown(value) : "x";
}

TEST(Convert, EveryKindToEveryType) {
  struct Fed {
    const char* what;
    Value value;
  };
  struct Case {
    const Fed& fed;
    const char* expected[8];  // by FieldType
  };

  constexpr std::int64_t integers[] = {1, -2};
  constexpr double floats[] = {1.0, 2.0};
  constexpr double fractions[] = {0.5};
  const TextRef texts[] = {{"1", 1}, {"2", 1}};
  const TextRef words[] = {{"a", 1}};

  const Fed absent{"absent", {}};
  const Fed integer{"443", Value::of(std::int64_t{443})};
  const Fed whole{"443.0", Value::of(443.0)};
  const Fed fraction{"0.5", Value::of(0.5)};
  const Fed digits{"'443'", Value::of("443"sv)};
  const Fed word{"'tcp'", Value::of("tcp"sv)};
  const Fed truth{"true", {1, 0, Kind::boolean}};
  const Fed integer_array{"[1,-2]", Value::array(Kind::integer_array, integers, 2)};
  const Fed float_array{"[1.0,2.0]", Value::array(Kind::float_array, floats, 2)};
  const Fed fraction_array{"[0.5]", Value::array(Kind::float_array, fractions, 1)};
  const Fed text_array{"['1','2']", Value::array(Kind::text_array, texts, 2)};
  const Fed word_array{"['a']", Value::array(Kind::text_array, words, 1)};
  const Fed json{"{}", {Value::address("{}"), 2, Kind::json}};
  const Case table[] = {
      // text, number, floating, timestamp, text_array, number_array, float_array, structured
      {absent, {"-", "-", "-", "-", "-", "-", "-", "-"}},
      {integer, {"t:443", "i:443", "f:443", "i:443", "x", "x", "x", "x"}},
      {whole, {"t:443", "i:443", "f:443", "i:443", "x", "x", "x", "x"}},
      {fraction, {"t:0.5", "x", "f:0.5", "x", "x", "x", "x", "x"}},
      {digits, {"t:443", "i:443", "f:443", "i:443", "x", "x", "x", "x"}},
      {word, {"t:tcp", "x", "x", "x", "x", "x", "x", "x"}},
      {truth, {"t:true", "x", "x", "x", "x", "x", "x", "x"}},
      {integer_array, {"x", "x", "x", "x", "T[1,-2]", "I[1,-2]", "F[1,-2]", "x"}},
      {float_array, {"x", "x", "x", "x", "T[1,2]", "I[1,2]", "F[1,2]", "x"}},
      {fraction_array, {"x", "x", "x", "x", "T[0.5]", "x", "F[0.5]", "x"}},
      {text_array, {"x", "x", "x", "x", "T[1,2]", "I[1,2]", "F[1,2]", "x"}},
      {word_array, {"x", "x", "x", "x", "T[a]", "x", "x", "x"}},
      {json, {"x", "x", "x", "x", "x", "x", "x", "j:{}"}},
  };
  for (const Case& one : table)
    for (std::size_t type = 0; type < 8; ++type)
      EXPECT_EQ(stored(one.fed.value, static_cast<FieldType>(type)), one.expected[type])
          << one.fed.what << " as " << type_name(static_cast<FieldType>(type));
}

TEST(Convert, TakesWhatIsEmptyForAbsent) {
  for (const Kind kind :
       {Kind::text, Kind::integer_array, Kind::float_array, Kind::text_array, Kind::json})
    for (std::size_t type = 0; type < 8; ++type)
      EXPECT_EQ(stored({Value::address(""), 0, kind}, static_cast<FieldType>(type)), "-");
}

TEST(Convert, TakesEmptyTextsForNoElements) {
  Bump bump;
  const TextRef mixed[] = {{"", 0}, {"1", 1}, {nullptr, 0}};
  for (const FieldType type : {FieldType::text_array, FieldType::number_array}) {
    Value one = Value::array(Kind::text_array, mixed, 3);
    EXPECT_TRUE(convert(one, type, bump));
    EXPECT_EQ(one.size, 1U);
    Value none = Value::array(Kind::text_array, mixed, 1);
    EXPECT_TRUE(convert(none, type, bump));
    EXPECT_FALSE(none.present());
  }
}

TEST(Convert, StoresAFloatInANumberOnlyIfItFits) {
  EXPECT_EQ(stored(Value::of(-0x1p63), FieldType::number), "i:-9223372036854775808");
  EXPECT_EQ(stored(Value::of(0x1p63), FieldType::number), "x");
  EXPECT_EQ(stored(Value::of(std::numeric_limits<double>::quiet_NaN()), FieldType::number), "x");
  EXPECT_EQ(stored(Value::of(-0.0), FieldType::number), "i:0");
}

TEST(Convert, StoresNoNumberThatIsNotFinite) {
  for (const double number :
       {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(stored(Value::of(number), FieldType::floating), "x");
    EXPECT_EQ(stored(Value::of(number), FieldType::text), "x");
    EXPECT_EQ(stored(Value::array(Kind::float_array, &number, 1), FieldType::float_array), "x");
  }
}

TEST(Convert, StoresATextInANumberOnlyIfItIsAWholeDecimalInteger) {
  for (const std::string_view text : {"443.0", "1e3", " 443", "0x1", "9223372036854775808"})
    EXPECT_EQ(stored(Value::of(text), FieldType::number), "x") << text;
  EXPECT_EQ(stored(Value::of("0.5"sv), FieldType::floating), "f:0.5");
  EXPECT_EQ(stored(Value::of("inf"sv), FieldType::floating), "x");
}

TEST(Convert, StoresATimeWrittenAsTextInATimestampAlone) {
  EXPECT_EQ(stored(Value::of("1970-01-01T00:00:01Z"sv), FieldType::timestamp), "i:1000");
  EXPECT_EQ(stored(Value::of("1970-01-01T00:00:01Z"sv), FieldType::number), "x");
  EXPECT_EQ(stored(Value::of("yesterday"sv), FieldType::timestamp), "x");
}

TEST(Convert, NeedsNoWorkExactlyWhereTheKindFits) {
  EXPECT_TRUE(fits(Kind::text, FieldType::text));
  EXPECT_TRUE(fits(Kind::integer, FieldType::timestamp));
  EXPECT_FALSE(fits(Kind::integer, FieldType::floating));
  EXPECT_FALSE(fits(Kind::boolean, FieldType::number));
  EXPECT_FALSE(fits(Kind::absent, FieldType::text));
}

}  // namespace
}  // namespace weir
